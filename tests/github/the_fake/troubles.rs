//! What goes wrong on purpose.

use super::client::{get, post, try_to};
use super::shop;
use crate::fake::{Trouble, When};
use serde_json::json;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[test]
fn refusals_with_their_headers() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}");
    let reset = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for status in [401, 403, 404, 422, 500, 502, 503] {
        fake.trouble("pulls/get", When::Always, Trouble::status(status));
        assert_eq!(get(&fake, &path).status, status);
        fake.no_more_troubles();
    }
    fake.trouble("*", When::First(1), Trouble::rate_limited(60));
    let limited = get(&fake, &path);
    assert_eq!(
        (limited.status, limited.header("x-ratelimit-remaining")),
        (403, Some("0"))
    );
    assert!(reset(limited.header("x-ratelimit-reset")).unwrap() >= now + 60);
    assert_eq!(get(&fake, &path).status, 200);
    for (status, seconds) in [(403, Some(7)), (429, Some(7)), (403, None), (429, None)] {
        fake.no_more_troubles();
        fake.trouble("pulls/get", When::Always, Trouble::secondary(status, seconds));
        let reply = get(&fake, &path);
        assert_eq!(reply.status, status);
        assert_eq!(reset(reply.header("retry-after")), seconds);
        assert!(reply.text().contains("secondary rate limit"));
    }
    assert_eq!(fake.exchanges().last().unwrap().trouble.as_deref(), Some("reply 429"));
}

#[test]
fn the_nth_request_is_struck() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}");
    let statuses = |when: When| {
        fake.no_more_troubles();
        fake.trouble("pulls/get", when, Trouble::status(500));
        [(); 4].map(|()| get(&fake, &path).status)
    };
    assert_eq!(statuses(When::Nth(2)), [200, 500, 200, 200]);
    assert_eq!(statuses(When::First(2)), [500, 500, 200, 200]);
    assert_eq!(statuses(When::After(3)), [200, 200, 200, 500]);
    assert_eq!(statuses(When::Always), [500; 4]);
    assert_eq!(get(&fake, "").status, 200);
}

#[test]
#[should_panic(expected = "no operation pulls/got")]
fn troubles_need_an_operation_that_there_is() {
    let (_repository, fake, _) = shop();
    fake.trouble("pulls/got", When::Always, Trouble::Cut);
}

#[test]
fn replies_that_are_no_json() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}");
    fake.trouble("pulls/get", When::Nth(1), Trouble::garbage(200));
    fake.trouble("pulls/get", When::Nth(2), Trouble::huge_html(200, 5_000_000));
    fake.trouble("pulls/get", When::Nth(3), Trouble::html(503, "<h1>Unicorn</h1>"));
    let garbage = get(&fake, &path);
    assert!(garbage.status == 200 && garbage.json().is_null() && !garbage.body.is_empty());
    let huge = get(&fake, &path);
    assert_eq!(
        (huge.body.len(), huge.header("content-type")),
        (5_000_000, Some("text/html; charset=utf-8"))
    );
    assert_eq!(get(&fake, &path).text(), "<h1>Unicorn</h1>");
}

#[test]
fn connections_that_are_cut() {
    let (_repository, fake, number) = shop();
    let path = format!("/issues/{number}/comments");
    let body = json!({ "body": "Hello" });
    let cases = [
        (Trouble::Cut, 0, None),
        (Trouble::Lost, 1, None),
        (Trouble::Torn, 2, Some(201)),
    ];
    for (trouble, comments, status) in cases {
        fake.no_more_troubles();
        fake.trouble("issues/create-comment", When::First(1), trouble);
        assert!(try_to(&fake, "POST", &path, Some(&body)).is_err());
        assert_eq!(fake.comments(number).len(), comments);
        assert_eq!(fake.exchanges().last().unwrap().status, status);
    }
    assert_eq!(post(&fake, &path, &body).status, 201);
}

#[test]
fn a_torn_reply_begins() {
    let (_repository, fake, number) = shop();
    fake.trouble("pulls/get", When::Always, Trouble::Torn);
    let host = fake.api_url().replace("http://", "");
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!("GET /repos/shop/orders/pulls/{number} HTTP/1.1\r\nHost: a\r\nUser-Agent: test\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.starts_with("HTTP/1.1 200") && text.contains("\r\n\r\n{\""),
        "{text}"
    );
}

#[test]
fn replies_that_are_late_or_never_come() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}");
    let late = Duration::from_millis(60);
    fake.trouble("pulls/get", When::Always, Trouble::Slow(late));
    let start = Instant::now();
    assert_eq!(get(&fake, &path).status, 200);
    assert!(start.elapsed() >= late);
    fake.no_more_troubles();
    fake.trouble("pulls/get", When::Always, Trouble::Silence);
    let mut stream = TcpStream::connect(fake.api_url().replace("http://", "")).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(60))).unwrap();
    let request = format!("GET /repos/shop/orders{path} HTTP/1.1\r\nHost: a\r\nUser-Agent: test\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error}"
    );
    // Others are served meanwhile, and the fake goes away all the same.
    assert_eq!(get(&fake, "").status, 200);
    drop(fake);
}

#[test]
fn connections_that_are_refused() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}");
    assert_eq!(get(&fake, &path).status, 200);
    fake.refuse_connections();
    let error = try_to(&fake, "GET", &path, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    fake.accept_connections();
    assert_eq!(get(&fake, &path).status, 200);
}

#[test]
fn troubles_of_graphql_and_of_downloads() {
    let (_repository, fake, _) = shop();
    fake.trouble("graphql/viewer", When::First(1), Trouble::status(502));
    fake.trouble("download", When::First(1), Trouble::status(404));
    let token = format!("Bearer {}", fake.token());
    let headers = [("Authorization", token.as_str()), ("User-Agent", "test")];
    let ask = |method: &str, url: &str| {
        let body = json!({ "query": "{ viewer { login } }" });
        super::client::ask(method, url, &headers, (method == "POST").then_some(&body))
            .unwrap()
            .status
    };
    assert_eq!([(); 2].map(|()| ask("POST", &fake.graphql_url())), [502, 200]);
    let archive = get(&fake, "/tarball/main").header("location").unwrap().to_owned();
    assert_eq!([(); 2].map(|()| ask("GET", &archive)), [404, 200]);
}
