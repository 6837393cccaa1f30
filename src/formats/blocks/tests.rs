use super::*;
use crate::formats::outline;

#[test]
fn settings() {
    let cases: &[(&str, &[&str])] = &[
        (
            "user www;\nhttp {\n  upstream app { server app.example.com:80 weight=5; }\n  server {\n    listen 80; # x;\n    \
                 location ~ ^/a {\n      proxy_pass http://app.example.com/;\n      set $db \"db.example.com\";\n      \
                 proxy_set_header Host $host;\n    }\n  }\n}\n",
            &[
                "user = www",
                "http.upstream app.server = app.example.com:80 weight=5",
                "http.server.listen = 80",
                "http.server.location ~ ^/a.proxy_pass = http://app.example.com/",
                "http.server.location ~ ^/a.set $db = db.example.com",
                "http.server.location ~ ^/a.proxy_set_header Host = $host",
            ],
        ),
        (
            "db {\r\n  url = \"jdbc:mysql://db.example.com/a\"\r\n  url = ${?DB_URL} // x\n  \"p q\": 5,\n  \
                 hosts = [\"a\",\n    b]\n}\ninclude \"c\"\nd.e += f\n",
            &[
                "db.url = jdbc:mysql://db.example.com/a",
                "db.url = ${?DB_URL}",
                "db.p q = 5",
                "db.hosts[0] = a",
                "db.hosts[1] = b",
                "include = c",
                "d.e = f",
            ],
        ),
        (
            "output {\n  elasticsearch {\n    hosts => [\"es.example.com:9200\"]\n    index => \"a-%{b}\"\n  }\n}\n",
            &[
                "output.elasticsearch.hosts[0] = es.example.com:9200",
                "output.elasticsearch.index = a-%{b}",
            ],
        ),
        (
            "Login {\n  module.Ldap required\n  provider=\"ldaps://ldap.example.com\"\n  debug=\"false\";\n};\nX {\n  y z;\n};\n",
            &[
                "Login.module.Ldap = required",
                "Login.provider = ldaps://ldap.example.com",
                "Login.debug = false",
                "X.y = z",
            ],
        ),
        (
            "template(name=\"x\") {\n}\naction(type=\"omfwd\"\n  target=\"log.example.com\", port=514 tag=\"a\\\"b, c\")\nm {\n  ~^a \"b\"\n}\n",
            &[
                "action.type = omfwd",
                "action.target = log.example.com",
                "action.port = 514",
                "action.tag = a\"b, c",
                "m.~^a = b",
            ],
        ),
        ("a {\n  <% if b %>\n  c = ${d}\n  {{- end }}\n}\n", &["a.c = ${d}"]),
        ("a {\n b 'it''s';\n c \"x\\\"y\";\n}", &["a.b = it''s", "a.c = x\"y"]),
    ];
    for (text, expected) in cases {
        assert!(has_blocks(text), "{text}");
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), *expected, "{text}");
        assert!(parsed.problems.is_empty(), "{text}: {:?}", parsed.problems);
    }
}

#[test]
fn unbalanced_braces_are_problems() {
    let cases: &[(&str, &[&str], &[u32])] = &[
        ("a {\n  b = c\n", &["a.b = c"], &[12]),
        ("a {\n  b = c\n}\n}\nd = e\n", &["a.b = c", "d = e"], &[14]),
        ("a {\n  /* b", &[], &[6, 10]),
    ];
    for (text, expected, places) in cases {
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), *expected, "{text}");
        let found: Vec<_> = parsed.problems.iter().map(|problem| problem.at.start).collect();
        assert_eq!(found, *places, "{text}");
    }
}

#[test]
fn only_files_with_blocks_are_read_so() {
    assert!(!has_blocks("[a]\nb = {c}\nd = {\n"));
    assert!(!has_blocks("a = b\n"));
}

#[test]
fn hostile_text_stays_linear() {
    for piece in ["a {\n", "\\\"", "'\"", "[", "}", "a=b\n[", "/*/", "{{", "a;\nb="] {
        let text = format!("x {{\n{}", piece.repeat(20_000));
        let parsed = parse(&text);
        crate::formats::check(&text, &parsed).unwrap();
    }
}
