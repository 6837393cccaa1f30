//! The server: two ports of the loopback interface, a thread of its own.

use super::answer::{self, Incoming, Outcome};
use super::exchange::Reply;
use super::state::State;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming as Received, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Bound};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const REFUSED: io::ErrorKind = io::ErrorKind::ConnectionRefused;
/// How often is tried what others may be in the way of for a moment.
const PATIENCE: usize = 100_000;

/// What both ports share.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// The path of the API's root.
    prefix: String,
}

impl Shared {
    /// What the fake remembers, also after a panic.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        state.git.forget();
        state
    }
}

/// The running server; stopped when dropped.
pub(crate) struct Server {
    commands: UnboundedSender<(Command, mpsc::Sender<()>)>,
    thread: Option<JoinHandle<()>>,
}

enum Command {
    Refuse,
    Accept,
    Stop,
}

/// Ports that are bound but not served yet.
pub(crate) struct Ports {
    api: Bound,
    downloads: Bound,
}

impl Ports {
    pub(crate) fn bind() -> Self {
        let bind = || Bound::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Self {
            api: bind(),
            downloads: bind(),
        }
    }

    pub(crate) fn api(&self) -> u16 {
        self.api.local_addr().unwrap().port()
    }

    pub(crate) fn downloads(&self) -> u16 {
        self.downloads.local_addr().unwrap().port()
    }
}

impl Server {
    pub(crate) fn start(ports: Ports, state: State, prefix: &str) -> (Self, Arc<Shared>) {
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            prefix: prefix.to_owned(),
        });
        let (commands, received) = unbounded_channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build().unwrap();
            runtime.block_on(run(ports, serving, received));
            runtime.shutdown_background();
        });
        let server = Self {
            commands,
            thread: Some(thread),
        };
        (server, shared)
    }

    /// From now on nobody listens on the port of the API, and what was open is closed.
    pub(crate) fn refuse(&self) {
        self.command(Command::Refuse);
    }

    /// Listens again, on the same port.
    pub(crate) fn accept(&self) {
        self.command(Command::Accept);
    }

    fn command(&self, command: Command) {
        let (done, wait) = mpsc::channel();
        if self.commands.send((command, done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.command(Command::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn run(ports: Ports, shared: Arc<Shared>, mut commands: UnboundedReceiver<(Command, mpsc::Sender<()>)>) {
    let address = ports.api.local_addr().unwrap();
    let downloads = listener(ports.downloads);
    tokio::spawn(serve(downloads, Arc::clone(&shared), true));
    let mut api = JoinSet::new();
    api.spawn(serve(listener(ports.api), Arc::clone(&shared), false));
    while let Some((command, done)) = commands.recv().await {
        api.shutdown().await;
        if matches!(command, Command::Accept) {
            api.spawn(serve(listener(rebind(address)), Arc::clone(&shared), false));
        }
        if matches!(command, Command::Refuse) {
            wait_until_refused(address);
        }
        let _ = done.send(());
        if matches!(command, Command::Stop) {
            return;
        }
    }
}

fn listener(bound: Bound) -> TcpListener {
    bound.set_nonblocking(true).unwrap();
    TcpListener::from_std(bound).unwrap()
}

/// Binds the same port again. A program that is just being started may hold it for a moment.
fn rebind(address: SocketAddr) -> Bound {
    let mut tries = std::iter::repeat_with(|| Bound::bind(address)).take(PATIENCE);
    tries
        .find_map(|bound| bound.map_err(|_| std::thread::yield_now()).ok())
        .unwrap_or_else(|| panic!("{address} is taken"))
}

/// Waits until connections are refused, which takes as long as a program that is just being started holds the port.
fn wait_until_refused(address: SocketAddr) {
    let refused = || {
        let refused = std::net::TcpStream::connect(address).is_err_and(|error| error.kind() == REFUSED);
        if !refused {
            std::thread::yield_now();
        }
        refused
    };
    assert!((0..PATIENCE).any(|_| refused()), "{address} still listens");
}

/// Serves a port until it is dropped, with all its connections.
async fn serve(listener: TcpListener, shared: Arc<Shared>, downloads: bool) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, Arc::clone(&shared), downloads));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            let _ = served.await; // cut connections are a part of the tests
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(request: Request<Received>, shared: Arc<Shared>, downloads: bool) -> io::Result<Response<Sent>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    };
    let incoming = Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body: body.to_vec(),
    };
    // The lock is let go before anything is waited for.
    let outcome = if downloads {
        answer::download(&mut shared.state(), incoming)
    } else {
        answer::api(&mut shared.state(), &shared.prefix, incoming)
    };
    match outcome {
        Outcome::Reply(reply) => Ok(response(reply, false)),
        Outcome::Torn(reply) => Ok(response(reply, true)),
        Outcome::Late(reply, time) => {
            tokio::time::sleep(time).await;
            Ok(response(reply, false))
        }
        Outcome::Silence => std::future::pending().await,
        Outcome::Cut => Err(io::Error::other("cut on purpose")),
    }
}

fn response(reply: Reply, torn: bool) -> Response<Sent> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let length = reply.body.len();
    let mut body = Bytes::from(reply.body);
    let pieces = if torn {
        body.truncate(length / 2);
        VecDeque::from([Piece::Bytes(body), Piece::Pause, Piece::Fault])
    } else {
        VecDeque::from([Piece::Bytes(body)])
    };
    builder.body(Sent { pieces, length }).unwrap()
}

/// A body that may end in the middle.
struct Sent {
    pieces: VecDeque<Piece>,
    length: usize,
}

enum Piece {
    Bytes(Bytes),
    /// Lets the connection write what it has.
    Pause,
    Fault,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.pieces.pop_front() {
            Some(Piece::Bytes(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            Some(Piece::Pause) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Piece::Fault) => Poll::Ready(Some(Err(io::Error::other("torn on purpose")))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length as u64)
    }
}
