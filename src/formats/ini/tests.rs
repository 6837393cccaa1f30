use super::*;
use crate::formats::outline;

fn check_all(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), *expected, "{text:?}");
        assert!(parsed.problems.is_empty(), "{text:?}: {:?}", parsed.problems);
    }
}

#[test]
fn settings() {
    check_all(&[
        (
            "a=b\r\n[s t]\nc = d ; e\n; f\n# g\n[u \"v\"]\n  w: x y\n",
            &["a = b", "s t.c = d", "u \"v\".w = x y"],
        ),
        (
            "[a]\n[[b]]\nc=d\n[[e]]\nf=g\n[h]\ni=j",
            &["a.b.c = d", "a.e.f = g", "h.i = j"],
        ),
        (
            "a = \"b # c\" # d\ne = 'f'\ng = \"h\"; i\nj = it's",
            &["a = b # c", "e = f", "g = h", "j = it's"],
        ),
        (
            "a = \"b\\\"c\"\nd = \"e\"\"f\"\ng=\"C:\\new\"",
            &["a = b\"c", "d = e\"f", "g = C:\\new"],
        ),
        ("a =\nb = \nskip-name", &["a = ", "b = ", "skip-name = "]),
        (
            "url: https://db.example.com/?a=b\nLog:Level=c",
            &["url = https://db.example.com/?a=b", "Log:Level = c"],
        ),
        (
            "dsn = Server=db.example.com;Database=shop;",
            &["dsn = Server=db.example.com;Database=shop;"],
        ),
        ("\u{feff}[č]\nž=š", &["č.ž = š"]),
        (
            "[db]\ndb1.example.com ansible_user=deploy port='5' # c\ndb2.example.com\n[db:vars]\na=b",
            &[
                "db[0] = db1.example.com",
                "db.ansible_user = deploy",
                "db.port = 5",
                "db[1] = db2.example.com",
                "db:vars.a = b",
            ],
        ),
        ("[a]\nx.y.z = b\nc.d e\n", &["a.x.y.z = b", "a.c.d = e"]),
        ("// c\nA = b\n#include \"d\"", &["A = b"]),
        ("path = C:\\data\\\nb = c", &["path = C:\\data\\", "b = c"]),
    ]);
}

#[test]
fn values_over_several_lines() {
    check_all(&[
        (
            "hosts =\n    a.example.com\n    # no\n    b.example.com\nc = d",
            &["hosts = a.example.com # no b.example.com", "c = d"],
        ),
        (
            "deps = a\n  pytest>=6\n  b\n[s]\nc=d",
            &["deps = a pytest>=6 b", "s.c = d"],
        ),
        (
            "[Service]\nExecStart=/bin/app \\\n  --db db.example.com\nUser=app",
            &["Service.ExecStart = /bin/app --db db.example.com", "Service.User = app"],
        ),
        ("s3 =\n  style = path\n", &["s3 = ", "style = path"]),
    ]);
}

#[test]
fn relatives() {
    check_all(&[
        (
            "[Service]\nEnvironment=\"A=b c\" D=e\nenvironment=F=\"g,h\",I='j'\nEnvironment=",
            &[
                "Service.Environment.A = b c",
                "Service.Environment.D = e",
                "Service.environment.F = g,h",
                "Service.environment.I = j",
                "Service.Environment = ",
            ],
        ),
        (
            "<VirtualHost *:80>\n  ServerName app.example.com\n  SetEnv DB_HOST db.example.com\n</VirtualHost>\nListen 80",
            &[
                "VirtualHost *:80.ServerName = app.example.com",
                "VirtualHost *:80.SetEnv DB_HOST = db.example.com",
                "Listen = 80",
            ],
        ),
        (
            "Daemon app processes=1 \\\n  user=app",
            &["Daemon = app processes=1 user=app"],
        ),
        (
            "port 6379\nreplicaof db.example.com 6379",
            &["port = 6379", "replicaof = db.example.com 6379"],
        ),
        (
            "backend app\n  server a 192.0.2.1:80 check\n  option x",
            &["backend = app", "server = a 192.0.2.1:80 check", "option = x"],
        ),
    ]);
}

#[test]
fn problems_have_places() {
    let text = "a=b\n!!\n&&&\nc=d\n</X>\n[e] f\ng=h";
    let parsed = parse(text);
    assert_eq!(outline(text, &parsed), ["a = b", "c = d", "e.g = h"]);
    let places: Vec<_> = parsed.problems.iter().map(|problem| problem.at.slice(text)).collect();
    assert_eq!(places, ["!!\n&&&", "</X>", " f"]);
}

#[test]
fn claims_by_name_and_head() {
    for path in [
        "a.ini",
        "b/my.cnf",
        "c.conf",
        "d.config",
        "x.cfg",
        "app.service",
        "nginx.conf.erb",
        "app.ini.prod",
    ] {
        assert!(claims(path, "[s]\na=b\n"), "{path}");
    }
    assert!(claims("httpd.conf", "<VirtualHost *:80>\n"));
    let no = [
        ("web.config", "\u{feff}<?xml version=\"1.0\"?>"),
        ("web.config", "<configuration>"),
        ("a.conf", "# x\nmappings: # y\n- a"),
        ("a.conf", "---\na: b"),
        ("a.config", "{ \"a\": 1 }"),
        ("a/.ebextensions/b.config", "a=b"),
        (".npmrc", "a=b"),
    ];
    for (path, head) in no {
        assert!(!claims(path, head), "{path} {head}");
    }
}
