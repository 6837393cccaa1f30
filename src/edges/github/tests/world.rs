//! What the environment says of certificates and proxies. A process cannot safely change its own, so these tests start
//! themselves anew with another one.

use super::server;
use crate::edges::github::{GitHub, GitHubOptions, Token};
use crate::edges::runtime::Runtime;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const ADDRESS: &str = "ENVFENCE_TEST_ADDRESS";

/// What the processes that the tests start do: one call, whose outcome is printed. Elsewhere it does nothing.
#[test]
fn child() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let mut options = GitHubOptions::new("octo/shop");
    options.graphql_url = format!("{address}/graphql");
    options.api_url = address;
    options.token = Some(Token::new("ghs_0123456789secret").unwrap());
    options.budget = Duration::from_secs(1);
    match GitHub::new(&Runtime::new().unwrap(), options) {
        Err(error) => println!("OUTCOME: {error}"),
        Ok(github) => match github.viewer_login() {
            Ok(login) => println!("OUTCOME: {login}"),
            Err(failure) => println!("OUTCOME: {failure}"),
        },
    }
}

/// The outcome of one call in a process with these variables and no others of the kind.
fn outcome(address: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "edges::github::tests::world::child",
        "--nocapture",
        "--test-threads=1",
    ]);
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    command.env(ADDRESS, address).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, said) = text.split_once("OUTCOME: ").unwrap_or_else(|| panic!("{text}"));
    said.lines().next().unwrap().to_owned()
}

/// A server with a certificate for some names, of an authority that nobody knows.
struct Secure {
    port: u16,
    authority: tempfile::NamedTempFile,
    asked: Receiver<server::Asked>,
}

impl Secure {
    fn start(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = authority.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(authority, key);
        let own_key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)
            .unwrap()
            .signed_by(&own_key, &issuer)
            .unwrap();
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let own_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, own_key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, asked) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let request = server::read(&mut stream);
                if !request.line.is_empty() {
                    let body = br#"{"data": {"viewer": {"login": "reached"}}}"#;
                    let _ = stream.write_all(&server::reply(200, &[], body));
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                    let _ = tell.send(request);
                }
            }
        });
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(pem.as_bytes()).unwrap();
        Self {
            port,
            authority: file,
            asked,
        }
    }

    fn authority(&self) -> &str {
        self.authority.path().to_str().unwrap()
    }
}

/// A proxy that leads every `CONNECT` to one port, and tells what it was asked for.
fn proxy(to: u16) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let _ = tell.send(String::from_utf8(head).unwrap());
            let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            for (mut from, mut to) in [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server, client),
            ] {
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Write);
                });
            }
        }
    });
    (address, asked)
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let server = Secure::start(&["localhost"]);
    let address = format!("https://localhost:{}", server.port);
    let trusting = [("SSL_CERT_FILE", server.authority())];
    assert_eq!(outcome(&address, &trusting), "reached");
    let request = server.asked.recv().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer ghs_0123456789secret"));
    let refused = outcome(&address, &[]);
    assert!(
        refused.contains("cannot be reached") && refused.contains("certificate"),
        "{refused}"
    );
    assert!(!refused.contains("localhost:"), "{refused}");
    // Another name than the certificate's.
    let other = outcome(&format!("https://127.0.0.1:{}", server.port), &trusting);
    assert!(other.contains("certificate"), "{other}");
    assert!(
        server.asked.try_recv().is_err(),
        "nothing was sent to who is not trusted"
    );
    // An authority that is named and not there is not passed over.
    let missing = outcome(&address, &[("SSL_CERT_FILE", "/nowhere/ca.pem")]);
    assert!(missing.contains("SSL_CERT_FILE"), "{missing}");
    let empty = tempfile::NamedTempFile::new().unwrap();
    let missing = outcome(
        &address,
        &[("SSL_CERT_FILE", Path::new(empty.path()).to_str().unwrap())],
    );
    assert!(missing.contains("SSL_CERT_FILE"), "{missing}");
}

#[test]
fn proxies_are_obeyed() {
    let server = Secure::start(&["localhost", "api.example.com"]);
    let (address, asked) = proxy(server.port);
    let authority = ("SSL_CERT_FILE", server.authority());
    let url = format!("http://user:pass@{address}");
    assert_eq!(
        outcome("https://api.example.com", &[authority, ("HTTPS_PROXY", &url)]),
        "reached"
    );
    let head = asked.recv().unwrap();
    assert!(head.starts_with("CONNECT api.example.com:443 "), "{head}");
    // The proxy's own credentials, and not the token.
    assert!(
        head.to_ascii_lowercase()
            .contains("proxy-authorization: basic dxnlcjpwyxnz"),
        "{head}"
    );
    assert!(!head.contains("ghs_") && !head.contains("\r\nauthorization"), "{head}");
    let request = server.asked.recv().unwrap();
    assert_eq!(request.header("proxy-authorization"), None);
    assert_eq!(
        outcome("https://api.example.com", &[authority, ("https_proxy", &url)]),
        "reached"
    );
    asked.recv().unwrap();
    // Whom NO_PROXY names is asked directly.
    let direct = format!("https://localhost:{}", server.port);
    let variables = [authority, ("HTTPS_PROXY", &url), ("NO_PROXY", "example.org,localhost")];
    assert_eq!(outcome(&direct, &variables), "reached");
    assert!(asked.try_recv().is_err());
}

#[test]
fn a_proxy_that_is_not_there_is_no_secret_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:pass@{}", free.local_addr().unwrap());
    drop(free);
    let said = outcome("https://api.example.com", &[("HTTPS_PROXY", &url)]);
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(!said.contains("pass") && !said.contains("ghs_"), "{said}");
}
