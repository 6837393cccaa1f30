use super::*;
use crate::formats::outline;

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(outline(text, &parse(text)), *expected, "{text}");
    }
}

#[test]
fn variables() {
    check(&[
        ("A=1\nexport B='x y' C=\"z\\\"\"", &["A = 1", "B = x y", "C = z\""]),
        ("readonly A=b; declare -x C=d; local e", &["A = b", "C = d"]),
        (
            "DB_HOST=db.example.com ./run.sh staging",
            &["DB_HOST = db.example.com", "run.sh[0] = staging"],
        ),
        ("A=${X:-\"a b\"} # A=c\n", &["A = ${X:-\"a b\"}"]),
        ("A=$(x --y=z)\nB=`c d`", &["A = $(x --y=z)", "B = `c d`"]),
        (
            "HOSTS=(a.example.com 'b c'\n d)\nX=y",
            &["HOSTS[0] = a.example.com", "HOSTS[1] = b c", "HOSTS[2] = d", "X = y"],
        ),
        (
            "for e in staging prod; do deploy $e; done",
            &["e[0] = staging", "e[1] = prod", "deploy[0] = $e"],
        ),
        ("A=\nB+=c\r\nD=e\r\n", &["B = c", "D = e"]),
    ]);
}

#[test]
fn commands() {
    check(&[
        (
            "helmfile --environment staging diff >> x",
            &["helmfile.--environment = staging", "helmfile[0] = diff"],
        ),
        (
            "sudo -u app /usr/bin/psql -h db.example.com \\\n  --dbname=shop 2>&1 | cat",
            &["psql.-h = db.example.com", "psql.--dbname = shop"],
        ),
        (
            "docker run -e DB_HOST=db-uat -e \"URL=http://x y\" --build-arg A='b' -d img",
            &[
                "docker[0] = run",
                "docker.DB_HOST = db-uat",
                "docker.URL = http://x y",
                "docker.A = b",
                "docker.-d = img",
            ],
        ),
        (
            "helm upgrade --set a.b=c,d=\"e\" --set-string=f=g --values v.yaml",
            &[
                "helm[0] = upgrade",
                "helm.a.b = c",
                "helm.d = e",
                "helm.f = g",
                "helm.--values = v.yaml",
            ],
        ),
        (
            "java -Dspring.datasource.url=jdbc:h2:mem -Xmx1g -jar app.jar",
            &["java.spring.datasource.url = jdbc:h2:mem", "java.-jar = app.jar"],
        ),
        (
            "terraform plan -var-file=staging.tfvars -var 'x=y'",
            &[
                "terraform[0] = plan",
                "terraform.-var-file = staging.tfvars",
                "terraform.x = y",
            ],
        ),
        (
            "cd 'infra/prod' && pushd ${{ inputs.dir || 'a b' }}",
            &["cd = infra/prod", "pushd = ${{ inputs.dir || 'a b' }}"],
        ),
        (
            "make deploy ENV=staging \"HOST=a b\"",
            &["make[0] = deploy", "make.ENV = staging", "make.HOST = a b"],
        ),
        (
            "a --verbose --x y --no-z w; b; kubectl exec -- c d",
            &[
                "a.--x = y",
                "a[0] = w",
                "kubectl[0] = exec",
                "kubectl[1] = c",
                "kubectl[2] = d",
            ],
        ),
        ("while IFS= read -r x; do a=; done", &[]),
    ]);
}

#[test]
fn conditions_and_messages_are_no_values() {
    check(&[
        (
            "if [ \"$X\" = \"prod\" ] && [[ $Y == a || $Z == b ]]; then\n  A=b\nfi",
            &["A = b"],
        ),
        (
            "case \"$E\" in\n prod|live) H=db-prod ;;\n (stage) H=db-stage;;\n*) x y;;\nesac\nZ=1",
            &["H = db-prod", "H = db-stage", "x[0] = y", "Z = 1"],
        ),
        ("case $E in prod) H=a;; esac; B=c", &["H = a", "B = c"]),
        ("echo 'deploying to staging'\necho x=1 >&2\ngrep staging f", &[]),
        (
            "deploy() {\n  local A=b\n}\nfunction f { c d; }",
            &["A = b", "c[0] = d"],
        ),
    ]);
}

#[test]
fn lines_written_to_files() {
    check(&[
        ("echo \"DB_HOST=db.example.com\" >> .env", &["DB_HOST = db.example.com"]),
        (
            "echo \"A=$B\" >> \"$GITHUB_ENV\"; echo C=d > x; echo '# hi' >> y",
            &["A = $B", "C = d"],
        ),
        ("echo \"A=b\" >> $GITHUB_STEP_SUMMARY; echo A=b > /dev/null", &[]),
        ("echo -e \"A=1\\nB=2\" | tee -a .env", &["A = 1", "B = 2"]),
        ("printf 'A=%s\\nB=c\\n' \"$X\" > .env", &["A = $X", "B = c"]),
        ("echo \"A=1\nB: 'two'\" > f", &["A = 1", "B = two"]),
        ("echo 'A=b' | wc -c", &[]),
        (
            "cat <<EOF > .env\nA=b c\n# no\nurl: \"http://x\"\nEOF\nD=e",
            &["A = b c", "url = http://x", "D = e"],
        ),
        ("cat > f <<-'END'\n\thost: db\n\tEND\nX=y", &["host = db", "X = y"]),
        ("cat <<EOF\nnever: ends\n", &["never = ends"]),
    ]);
}

#[test]
fn options_alone() {
    let text = "$JAVA_OPTS -Xmx1g -Dspring.datasource.url=\"jdbc:x y\"\n--db-host=db-uat.example.com";
    let expected = [
        "[0] = $JAVA_OPTS",
        "spring.datasource.url = jdbc:x y",
        "--db-host = db-uat.example.com",
    ];
    assert_eq!(outline(text, &parse_options(text)), expected);
}

#[test]
fn claims_scripts() {
    let cases = [
        ("bin/deploy.sh", "", true),
        ("bin/deploy", "#!/usr/bin/env bash\n", true),
        ("bin/deploy", "#!/usr/bin/env python\n", false),
        ("test/deploy.bats", "#!/usr/bin/env bats\n", false),
        ("publish", "", false),
    ];
    for (path, head, expected) in cases {
        assert_eq!(claims(path, head), expected, "{path} {head}");
    }
}

#[test]
fn any_text_is_read() {
    for text in [
        "\u{feff}A=b",
        "A=\"é",
        "$((1 + 2))",
        "\0=\u{1}",
        "<<",
        "cat <<",
        "case in",
        "((",
        "a=(",
        "'",
        "\\",
        "--=",
        "-e",
        "-D=",
    ] {
        super::super::check(text, &parse(text)).unwrap();
        super::super::check(text, &parse_options(text)).unwrap();
        let text = text.repeat(20_000);
        super::super::check(&text, &parse(&text)).unwrap();
    }
}
