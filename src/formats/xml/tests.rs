use super::super::{check, outline};
use super::*;

fn assert_lines(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let parsed = parse(text);
        let mut lines = outline(text, &parsed);
        for problem in &parsed.problems {
            let line = crate::source::position(text, problem.at.start).line;
            lines.push(format!("! {line}: {}", problem.message));
        }
        assert_eq!(lines, *expected, "{text}");
    }
}

#[test]
fn claimed_files() {
    let cases = [
        ("Web.config", "\u{feff}<?xml version=\"1.0\"?>", true),
        ("web.Production.config", "<configuration>", true),
        ("shop.exe.config", " \n<!-- c --><a/>", true),
        ("nginx.config", "server { }", false),
        ("erb.config", "<% if x %>", false),
        ("pom.xml", "", true),
        ("context.xml.erb", "", true),
        ("Profiles/prod.pubxml", "", true),
        ("main.csproj", "<Project/>", false),
    ];
    for (path, head, expected) in cases {
        assert_eq!(claims(path, head), expected, "{path}");
    }
}

#[test]
fn elements_attributes_and_text() {
    assert_lines(&[
        (
            "<a><Host>h.example.com</Host><b c=\"d\" e='f'/></a>",
            &["a.Host = h.example.com", "a.b.c = d", "a.b.e = f"],
        ),
        (
            "\u{feff}<?xml version=\"1.0\"?>\r\n<a>\r\n  <b>\r\n c\r\n</b>\r\n</a>\r\n",
            &["a.b = c"],
        ),
        ("\u{feff}<a b=\"c\"/>", &["a.b = c"]),
        (
            "<a b=\"x&amp;y\"><c>d&#61;e&nope;&</c></a>",
            &["a.b = x&y", "a.c = d=e&nope;&"],
        ),
        ("<a>t<b/>u<!-- <c>d</c> --></a>", &["a[0] = t", "a[1] = u"]),
        ("<a b=\"c\">d</a>", &["a.b = c", "a[0] = d"]),
        (
            "<a><b><![CDATA[<x>&amp;]]></b><b></b><b/></a>",
            &["a.b = <x>&amp;", "a.b = "],
        ),
        ("<!DOCTYPE a [ <!ENTITY e \"f\"> ]><a>&e;</a>", &["a = &e;"]),
        (
            "<č:a xmlns:č=\"u\" xsi:type=\"t\" xml:lang=\"cs\" xmlns=\"v\">ž</č:a>",
            &["č:a = ž"],
        ),
        ("<a><%= x %><b c=\"<%= y %>\"/></a>", &["a.b.c = <%= y %>"]),
    ]);
}

#[test]
fn named_settings() {
    assert_lines(&[
        (
            "<appSettings><add key=\"K\" value=\"V\" /></appSettings>",
            &["appSettings.K = V"],
        ),
        (
            "<appSettings><add value=\"V\" key=\"K\" xdt:Transform=\"Replace\" xdt:Locator=\"Match(key)\"></add></appSettings>",
            &["appSettings.K = V"],
        ),
        (
            "<connectionStrings><add name=\"Db\" connectionString=\"Server=s&quot;\" providerName=\"P\" /></connectionStrings>",
            &[
                "connectionStrings.Db.connectionString = Server=s\"",
                "connectionStrings.Db.providerName = P",
            ],
        ),
        (
            "<a><setting name=\"X\" serializeAs=\"String\"><value>V</value></setting></a>",
            &["a.X.serializeAs = String", "a.X.value = V"],
        ),
        (
            "<bean id=\"d\"><property name=\"url\" value=\"U\"/><property name=\"v\"><value>W</value></property></bean>",
            &["bean.id = d", "bean.url = U", "bean.v.value = W"],
        ),
        (
            "<properties><entry key=\"db.url\">U</entry></properties>",
            &["properties.db.url = U"],
        ),
        (
            "<a><system-property name=\"n\" value=\"v\"/><Setting name=\"N\" value=\"w\"/></a>",
            &["a.n = v", "a.N = w"],
        ),
        (
            "<a><endpoint name=\"e\" address=\"h\"/><add key=\"\" value=\"v\"/></a>",
            &[
                "a.endpoint.name = e",
                "a.endpoint.address = h",
                "a.add.key = ",
                "a.add.value = v",
            ],
        ),
        (
            "<a><property name=\"n\" value=\"v\"><b>c</b></property></a>",
            &["a.n.value = v", "a.n.b = c"],
        ),
    ]);
}

#[test]
fn broken_text_keeps_what_was_understood() {
    assert_lines(&[
        ("<a>\n<b>c</b>\n<d>", &["a.b = c", "! 3: this element is never closed"]),
        ("<a><b>c</a>", &["a.b = c", "! 1: this element is never closed"]),
        ("<a>x</b></a>\n", &["a = x", "! 1: this end tag closes no element"]),
        (
            "<a>\n<b c=d e=\"f\" g/></a>",
            &["a.b.e = f", "! 2: an attribute of this element is no `name=\"value\"`"],
        ),
        (
            "<a>1 < 2</a>\n",
            &[
                "a = 1",
                "! 1: this element is never closed",
                "! 1: a `<` that starts no element",
            ],
        ),
        (
            "<a><b>c</b>\n<d e=\"f",
            &[
                "a.b = c",
                "! 1: this element is never closed",
                "! 2: this is no valid XML; what follows may be unread",
            ],
        ),
        ("plain", &["! 1: text outside of any element"]),
        ("", &[]),
    ]);
}

#[test]
fn hostile_text_costs_linear_time() {
    let text = format!("{}t{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
    let parsed = parse(&text);
    assert_eq!((parsed.entries.len(), parsed.problems.len()), (20_000, 0));
    check(&text, &parsed).unwrap();
    for piece in [
        "<a>",
        "</a>",
        "<",
        "&",
        "<a b=\"",
        "<a></b>",
        "<!--",
        "<![CDATA[",
        "<?",
        "\u{0}",
        "a\n",
        "<a b c d>",
        "<!DOCTYPE [<!",
        "]]>",
        "č",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        check(&text, &parse(&text)).unwrap();
        let text = format!("<x y=\"{text}\">{text}");
        check(&text, &parse(&text)).unwrap();
    }
}
