use super::*;

fn shown(path: &str, value: &str) -> String {
    masked(&path.split(" > ").collect::<Vec<_>>(), value)
}

#[test]
fn keys_of_credentials() {
    for path in [
        "password",
        "DB_PASSWORD",
        "dbPassword",
        "spring.datasource.password",
        "redis > auth > passwd",
        "PGPASSWORD",
        "pwd",
        "api_key",
        "APIKEY",
        "x-api-key",
        "private_key",
        "AWS_SECRET_ACCESS_KEY",
        "aws_access_key_id",
        "client_secret",
        "ClientSecret",
        "token",
        "GITHUB_TOKEN",
        "signing_key",
        "encryptionKey",
        "passphrase",
        "credentials",
        "auths > example.com > auth",
        "slack_webhook_url",
        "password_prod",
        "variable > token > default",
        "DB_PASSWORD > value",
        "secret_string",
        "AccountKey",
        "MYSQL_ROOT_PASSWORD",
        "smtp > pass",
        "keystorepassword",
        "proxypass",
        "PassWord",
        "SMTPPASS",
        "storepass",
        "requirepass",
        "masterauth",
        "bindpw",
        "db_pw",
        "pw",
        "pswd",
        "passwrd",
        "pasword",
        "pass_word",
        "pass_phrase",
        "passwort",
        "contraseña",
        "mot_de_passe",
        "jwtsecret",
        "bearertoken",
        "auth_key",
        "authkey",
        "salt",
        "cred",
        "sslkey",
        "client_key",
        "fernet_key",
        "password2",
        "passwords > orders",
    ] {
        assert!(is_secret_key(&path.split(" > ").collect::<Vec<_>>()), "{path}");
    }
    for path in [
        "key_name",
        "secret_name",
        "secretKeyRef > name",
        "token_url",
        "password_policy",
        "public_key",
        "dsn",
        "webhook_url",
        "existingSecret",
        "imagePullSecret",
        "proxy_pass",
        "id-token",
        "partition_key",
        "secrets",
        "",
        "compass",
        "bypass",
        "trespass",
        "firstpass",
        "tokens",
        "db_secret_name",
        "secretPath",
        "max_tokens",
        "author",
        "tokenizer",
        "passive",
        "key",
        "username",
        "secret_arn",
        "kms_key",
        "hash_key",
        "oauth > url",
    ] {
        assert!(!is_secret_key(&path.split(" > ").collect::<Vec<_>>()), "{path}");
    }
}

#[test]
fn values_of_secret_keys() {
    let cases = [
        ("hunter2", "***"),
        ("  two words ", "  *** "),
        ("${DB_PASSWORD}", "${DB_PASSWORD}"),
        ("${DB_PASSWORD:-hunter2}", "${DB_PASSWORD:-***}"),
        ("${A:${B:hunter2}}", "${A:${B:***}}"),
        ("x${DB_PASSWORD}", "***"),
        ("$DB_PASSWORD", "$DB_PASSWORD"),
        ("$ecretPass", "***"),
        ("%PASS%", "%PASS%"),
        ("{{ .Values.password }}", "{{ .Values.password }}"),
        (
            "{{ .Values.password | default \"hunter2\" }}",
            "{{ .Values.password | default \"***\" }}",
        ),
        ("{{ \"hunter2\" | b64enc }}", "***"),
        ("${{ secrets.DB_PASSWORD }}", "${{ secrets.DB_PASSWORD }}"),
        (
            "<%= ENV['DB_PASSWORD'] || 'hunter2' %>",
            "<%= ENV['DB_PASSWORD'] || '***' %>",
        ),
        ("<%= ENV['DB_PASSWORD'] + 'hunter2' %>", "***"),
        (
            "os.environ.get(\"DB_PASSWORD\", \"hunter2\")",
            "os.environ.get(\"DB_PASSWORD\", \"***\")",
        ),
        ("var.db_password", "var.db_password"),
        (
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db",
        ),
        ("vault:secret/data/prod#password", "vault:secret/data/prod#password"),
        ("true", "true"),
        ("", ""),
        ("12345", "***"),
        ("pässwörd", "***"),
    ];
    for (value, expected) in cases {
        assert_eq!(shown("db > password", value), expected, "{value}");
    }
}

#[test]
fn credentials_in_any_text() {
    let cases = [
        (
            "postgres://app:hunter2@db.example.com/app",
            "postgres://app:***@db.example.com/app",
        ),
        (
            "postgres://app:p@ss@db.example.com/app",
            "postgres://app:***@db.example.com/app",
        ),
        (
            "postgres://app:p/a#s@db.example.com/app",
            "postgres://app:***@db.example.com/app",
        ),
        (
            "postgres://app:p@s/w@db.example.com/app",
            "postgres://app:***@db.example.com/app",
        ),
        (
            "postgres://app:p%40ss@db.example.com/app",
            "postgres://app:***@db.example.com/app",
        ),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        (
            "mongodb://u:p@a.example.com,b.example.com/x",
            "mongodb://u:***@a.example.com,b.example.com/x",
        ),
        (
            "https://{{ .user }}:hunter2@example.com",
            "https://{{ .user }}:***@example.com",
        ),
        ("https://${U}:${P}@example.com", "https://${U}:${P}@example.com"),
        (
            "https://${U}:${P:-hunter2}@example.com",
            "https://${U}:${P:-***}@example.com",
        ),
        (
            "see http://a:b@x.example.com and http://c:d@y.example.com",
            "see http://a:***@x.example.com and http://c:***@y.example.com",
        ),
        (
            "postgres%3A%2F%2Fapp%3Ahunter2%40db.example.com%2Fapp",
            "postgres%3A%2F%2Fapp%3A***%40db.example.com%2Fapp",
        ),
        (
            "https:\\/\\/app:hunter2@example.com\\/",
            "https:\\/\\/app:***@example.com\\/",
        ),
        (
            "app:hunter2@tcp(db.example.com:3306)/app",
            "app:***@tcp(db.example.com:3306)/app",
        ),
        (
            "jdbc:oracle:thin:app/hunter2@//db.example.com/x",
            "jdbc:oracle:thin:app/***@//db.example.com/x",
        ),
        (
            "Server=db;Password=hunter2;Database=app",
            "Server=db;Password=***;Database=app",
        ),
        (
            "Server=db;Pwd = my pass & word ;Database=app",
            "Server=db;Pwd = *** ;Database=app",
        ),
        (
            "Server=db;Password='a;b';Database=app",
            "Server=db;Password='***';Database=app",
        ),
        (
            "Server=db;Password=a&amp;b;Database=app",
            "Server=db;Password=***;Database=app",
        ),
        (
            "Server=db;Database=app;Password=my pass",
            "Server=db;Database=app;Password=***",
        ),
        ("host=db password=hunter2 dbname=app", "host=db password=*** dbname=app"),
        (
            "host=db password='hun ter2' dbname=app",
            "host=db password='***' dbname=app",
        ),
        (
            "host=db password=hun\\ ter2 dbname=app",
            "host=db password=*** dbname=app",
        ),
        (
            "jdbc:mysql://db/app?user=a&password=hunter2&ssl=true",
            "jdbc:mysql://db/app?user=a&password=***&ssl=true",
        ),
        ("jdbc:mysql://db/app?password=a&b", "jdbc:mysql://db/app?password=***"),
        (
            "cache:6380,password=hunter2,ssl=True",
            "cache:6380,password=***,ssl=True",
        ),
        (
            "AccountName=x;AccountKey=abc+/d==;EndpointSuffix=example.com",
            "AccountName=x;AccountKey=***;EndpointSuffix=example.com",
        ),
        (
            "Endpoint=sb://x.example.com/;SharedAccessKeyName=root;SharedAccessKey=abc=",
            "Endpoint=sb://x.example.com/;SharedAccessKeyName=root;SharedAccessKey=***",
        ),
        (
            "https://x.example.com/c?sv=2020&sig=a%2Bb%3D&se=1",
            "https://x.example.com/c?sv=2020&sig=***&se=1",
        ),
        (
            "https://x.example.com/?api_key=abc&env=qa",
            "https://x.example.com/?api_key=***&env=qa",
        ),
        (
            "https://x.example.com/?access_token=abc#top",
            "https://x.example.com/?access_token=***",
        ),
        (
            "{\"password\": \"hunter2\", \"host\": \"db-uat\"}",
            "{\"password\": \"***\", \"host\": \"db-uat\"}",
        ),
        (
            "{\\\"password\\\":\\\"hunter2\\\",\\\"host\\\":\\\"db-uat\\\"}",
            "{\\\"password\\\":\\\"***\\\",\\\"host\\\":\\\"db-uat\\\"}",
        ),
        (
            "user: app\npassword: hunter2\nhost: db",
            "user: app\npassword: ***\nhost: db",
        ),
        ("token: |\n  ab\n  cd\nhost: db", "token: ***host: db"),
        ("password=${DB_PASSWORD} host=x", "password=${DB_PASSWORD} host=x"),
        ("password={{ .Values.p }};Server=x", "password={{ .Values.p }};Server=x"),
        ("mysql -u app -phunter2 -h db", "mysql -u app -p*** -h db"),
        ("sshpass -p hunter2 ssh db", "sshpass -p *** ssh db"),
        ("login --password hunter2 --env prod", "login --password *** --env prod"),
        ("login --password=hunter2 --env prod", "login --password=*** --env prod"),
        (
            "curl -u 'app:hunter2' https://x.example.com",
            "curl -u 'app:***' https://x.example.com",
        ),
        (
            "curl -H \"Authorization: Bearer abc.def\" x",
            "curl -H \"Authorization: ***\" x",
        ),
        ("Authorization: Basic YXBw", "Authorization: ***"),
        ("Authorization: var.a Server=b;Password=c;", "Authorization: ***"),
        ("header Bearer abcdef123456", "header Bearer ***"),
        ("key AKIAABCDEFGHIJKLMNOP.", "key ***."),
        ("ghp_0123456789abcdefghij0123456789abcdef", "***"),
        ("x github_pat_0123456789abcdefghij y", "x *** y"),
        ("xoxb-12345678-abcdefgh", "***"),
        ("sk_live_0123456789", "***"),
        ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b", "a *** b"),
        (
            "https://hooks.slack.com/services/T0/B0/abc",
            "https://hooks.slack.com/services/***",
        ),
        (
            "x\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\ny",
            "x\n***\ny",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMII", "***"),
        (
            "https://9f86d081884c7d659a2feaa0c55ad015@sentry.example.com/1",
            "https://***@sentry.example.com/1",
        ),
        (
            "https://x.example.com/hook/Zk3vQ9xT1bLw7YpR5mNc8HdJ2sFg6KaU/in",
            "https://x.example.com/hook/***/in",
        ),
        ("x=wJ4lrXUt7FEM/K7MDENG/bPx4fiCYzQ8v2LpT5nR==", "x=***"),
        ("seed Zk3vQ9xT1bLw7YpR5mNc8HdJ2sFg6KaU end", "seed *** end"),
        ("é password=ñandú, ü", "é password=***, ü"),
        ("header contraseña=hunter2 x", "header contraseña=*** x"),
        (
            "host=db secrets=hunter2 tokens=hunter2",
            "host=db secrets=*** tokens=***",
        ),
        // A password is code only where it is the whole value of its key.
        (
            "Server=x;Password=var.hunter2;Database=y",
            "Server=x;Password=***;Database=y",
        ),
        ("x password=${P+hunter2}", "x password=***"),
        ("x password=${P:?hunter2}", "x password=***"),
        // Quotes in quotes, and quotes without a partner.
        (
            "provider connection string=\"data source=x;password=\"\"a;b\"\";App=EF\"",
            "provider connection string=\"data source=x;password=\"\"***\"\";App=EF\"",
        ),
        ("User Id=a\"b;Password=\"hunter2\"", "User Id=a\"b;Password=\"***\""),
        (
            "{\"a\": \"Server=x;Password=\", \"host\": \"db\"}",
            "{\"a\": \"Server=x;Password=\", \"host\": \"db\"}",
        ),
        (
            "host:x,user:app,token:hunter2,dbname:y",
            "host:x,user:app,token:***,dbname:y",
        ),
        ("p=AWS_SESSION_TOKEN:hunter2", "p=AWS_SESSION_TOKEN:***"),
        (
            "ALTER USER app WITH PASSWORD 'hunter2'",
            "ALTER USER app WITH PASSWORD '***'",
        ),
        ("uri ldap://x\nbindpw hunter2\n", "uri ldap://x\nbindpw ***\n"),
        ("the password is hunter2", "the password is ***"),
        (
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nab\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\nx",
            "***\nx",
        ),
        ("Private-Lines: 1\nab\n", "Private-Lines:***"),
    ];
    for (value, expected) in cases {
        assert_eq!(shown("x", value), expected, "{value}");
    }
}

/// Passwords in addresses, with what makes each hard to tell from something else.
#[test]
fn credentials_in_addresses() {
    let cases = [
        // A password that begins like a port.
        (
            "postgres://app:9aB/hunter2@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:9aB#hunter2@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:9aB?hunter2@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:12/hunter2@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "redis://:3x/y=@db.example.com:6379/0",
            "redis://:***@db.example.com:6379/0",
        ),
        (
            "https://elastic:9k/x@db.example.com",
            "https://elastic:***@db.example.com",
        ),
        ("app:hunter2/@db.example.com", "app:***@db.example.com"),
        (
            "postgres://app:hunter2/@db.example.com",
            "postgres://app:***@db.example.com",
        ),
        (
            "postgres://app:'hunter2'@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:\"hunter2\"@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:<hunter2>@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:env.hunter2@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        (
            "postgres://app:two words@db.example.com/x",
            "postgres://app:***@db.example.com/x",
        ),
        // Tokens as users.
        ("https://hunter2@git.example.com/x", "https://***@git.example.com/x"),
        (
            "https://hunter2:x-oauth-basic@git.example.com",
            "https://***:***@git.example.com",
        ),
        ("https://hunter:@git.example.com", "https://***:@git.example.com"),
        ("redis://hunter@cache.example.com", "redis://***@cache.example.com"),
        ("https://git@git.example.com/x", "https://git@git.example.com/x"),
        (
            "https://hunter2.example.com:hunter2/x",
            "https://hunter2.example.com:***/x",
        ),
        (
            "https://x.example.com/?key=a&env=qa&code=b",
            "https://x.example.com/?key=***&env=qa&code=***",
        ),
        (
            "https://x.example.com&secretKey=hunter2",
            "https://x.example.com&secretKey=***",
        ),
        // Logins without a scheme.
        ("app:hunter2@db.example.com:5432/x", "app:***@db.example.com:5432/x"),
        ("//app:hunter2@db.example.com:5432/x", "//app:***@db.example.com:5432/x"),
        ("app:p@ss:w/rd@db.example.com", "app:***@db.example.com"),
        ("app:'hunter2'@db.example.com", "app:***@db.example.com"),
        ("app:hunter2@h1.example.com:27017,h2", "app:***@h1.example.com:27017,h2"),
        ("app:hunter2@(db:3306)/x", "app:***@(db:3306)/x"),
        ("app/hunter2@db.example.com:1521/X", "app/***@db.example.com:1521/X"),
        (
            "sqlplus -s app/hunter2@//db.example.com:1521/X",
            "sqlplus -s app/***@//db.example.com:1521/X",
        ),
        ("sqlplus app/hunter2@ORDERS", "sqlplus app/***@ORDERS"),
        (
            "jdbc:oracle:oci:app/hunter2@db:1521/X",
            "jdbc:oracle:oci:app/***@db:1521/X",
        ),
        ("jdbc:oracle:oci8:app/hunter2@db", "jdbc:oracle:oci8:app/***@db"),
        (
            "jdbc:oracle:thin:app/a hunter2@db:1521/X",
            "jdbc:oracle:thin:app/***@db:1521/X",
        ),
        (
            "app:{{ .p | default \"hunter2\" }}@db.example.com",
            "app:{{ .p | default \"***\" }}@db.example.com",
        ),
        (
            "{\"a\":\"app:hunter2@db.example.com\"}",
            "{\"a\":\"app:***@db.example.com\"}",
        ),
        // Fields behind a port.
        (
            "db.example.com:5432:orders:app:hunter2",
            "db.example.com:5432:orders:app:***",
        ),
        ("cache.example.com:6379:hunter2", "cache.example.com:6379:***"),
        (
            "local:cache.example.com:6379:0:hunter2",
            "local:cache.example.com:6379:0:***",
        ),
        ("cache.example.com:6379,0,hunter2", "cache.example.com:6379,0,***"),
        (
            "cache.example.com:6379?password=hunter2",
            "cache.example.com:6379?password=***",
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(shown("x", value), expected, "{value}");
    }
}

#[test]
fn what_is_no_credential() {
    for value in [
        "",
        "http://localhost:8080/@scope/pkg",
        "http://db.example.com:8080/x?mail=a@b.example.com",
        "Server=tcp:db.example.com,1433;UID=app@db;Database=x",
        "{\"host\":\"db.example.com\",\"mail\":\"ops@b.example.com\"}",
        "serviceAccount:ci@shop.iam.gserviceaccount.com",
        "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com",
        "uses: actions/checkout@v4.1.2",
        "org/deploy/.github/workflows/staging.yml@main",
        "git@git.example.com:org/repo.git",
        "a.example.com:9092,b.example.com:9092",
        "127.0.0.1:8080:80",
        "jdbc:oracle:thin:@db.example.com:1521:ORDERS",
        "db.example.com:1521:ORDERS",
        "the password of the staging database",
        "password policy: strict",
        "ops@example.com,dev@example.com",
        "db-uat.example.com:5432",
        "http://localhost:8080/path?mail=a@b.example.com",
        "https://x.example.com/@scope/pkg",
        "jdbc:postgresql://db.example.com:5432/app?currentSchema=health",
        "Server=tcp:db.example.com,1433;Initial Catalog=app;Authentication=Active Directory Default",
        "token_url=https://x.example.com/token",
        "key_name=orders-staging",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:staging/db",
        "11111111-2222-3333-4444-555555555555",
        "image@sha256:9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015",
        "uses: actions/checkout@9f86d081884c7d659a2feaa0c55ad0159f86d081",
        "https://9F86D081884C7D659A2FEAA0C55AD015.gr7.eu-west-1.eks.amazonaws.com",
        "notification-staging-cluster-2024-01-02-with-a-very-long-name",
        "MyVeryLongProductionBucketReplicationRole2024WithSuffix",
        "mkdir -p build/env && docker run -p 8080:80 x",
        "docker compose -p shop-staging up",
        "terraform apply -var-file staging.tfvars",
        "Basic authentication",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "$(cat /run/secrets/db)",
        "task-force-one-two-three-four-five-six-seven",
        "authSource=admin",
        "AllowManagedRuleToSendS3EventsToGuardDuty",
        "arn:aws:iam::111122223333:role/cloud-shop-irsa-7255c33b35507f31-live",
        "arn:aws:quicksight:eu-west-1:111122223333:vpcConnection/11111111-2222-3333-4444-55555555555a",
        "shop:2026-06-29-222051-9f86d081884c7d659a2feaa0c55ad0159f86d081@sha256:1",
        "use_token=true",
        "a basic catalog-info.yaml for all",
        "npm run java:$npm_package_config_default_environment",
        "arn:aws:s3:::cloud-shop-9f86d081884c7d659a2feaa0c55ad015",
        "_9f86d081884c7d659a2feaa0c55ad015.www.example.com",
    ] {
        assert_eq!(shown("x", value), value);
    }
    let id = "9F86D081884C7D659A2FEAA0C55AD015";
    assert_eq!(shown("oidc_id", id), id);
    assert_eq!(shown("oidc_ids > development", id), id);
    assert_eq!(shown("image > tag", id), id);
    assert_eq!(shown("x", id), "***");
    assert_eq!(shown("stripe_key", "aB3dE5fG7hJ9kL1m"), "***");
    assert_eq!(
        shown("state_key", "orders/staging/terraform.tfstate"),
        "orders/staging/terraform.tfstate"
    );
}

#[test]
fn ranges_are_sorted_and_on_boundaries() {
    let value = "ü password=ä;token=ö%C3%B6;x=postgres://u:ß@h";
    let ranges = credential_ranges(&["x"], value);
    assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
    assert!(ranges.iter().all(|range| !range.slice(value).is_empty()), "{ranges:?}");
}

#[test]
fn hostile_values_stay_linear() {
    for unit in [
        "password=",
        "://",
        "x://u:a/",
        "x://u:a ",
        "key=",
        "-p ",
        "-a \"\"\"",
        "bearer ",
        "@tcp(",
        "%",
        "\\",
        "\"",
        ";&amp",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        "eyJ",
        "password=${a}",
        "${",
        "a:|\n",
        "pwd=\"\\\"",
        "@0123456789abcdef0123456789abcdef",
        "oracle:thin:",
        "u:${a:",
        "%25",
        "password: |\n ",
        "p,",
        "token=a,",
        "a:b@c.d ",
        "a:b@c.d",
        "a/b@c.d,",
        "a.b:6379:",
        "a.b:6379,0,",
        "'a:",
        ";a=b:c@d",
        "?key=",
        "&key=a",
        "password '",
        "password ",
        "bindpw \"",
        "oracle:oci:a/b ",
        "x://a:b c",
        "http://1:1/",
        "http://a@",
        "password=\"\"",
        "\"password=\"\"",
        "Private-Lines:",
        "---- BEGIN x PRIVATE KEY",
    ] {
        let value = unit.repeat(12_000 / unit.len());
        for path in ["x", "password"] {
            let ranges = credential_ranges(&[path], &value);
            assert!(ranges.iter().all(|range| range.end as usize <= value.len()), "{unit}");
        }
    }
}
