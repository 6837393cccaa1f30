//! Secrets, and every form of address that holds one.

use super::*;

/// A secret.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) number: usize,
    pub(crate) text: String,
}

impl Secret {
    pub(crate) fn all() -> Vec<Self> {
        let secret = |(number, middle): (usize, &&str)| Self {
            number,
            text: format!("hEad{number}Zq7{middle}tAil{number}Xw9"),
        };
        MIDDLES.iter().enumerate().map(secret).collect()
    }

    /// As it stands in a URL.
    pub(crate) fn encoded(&self) -> String {
        let mut encoded = String::new();
        for byte in self.text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte)),
                other => write!(encoded, "%{other:02X}").unwrap(),
            }
        }
        encoded
    }
}

/// A way of writing an address with a secret in it: the key, and the value.
pub(crate) struct Form {
    pub(crate) key: &'static str,
    pub(crate) value: String,
}

/// Every way of writing an address, with a secret in it that is quoted as that way asks for.
pub(crate) fn forms(secret: &Secret) -> Vec<Form> {
    let (raw, url) = (secret.text.as_str(), secret.encoded());
    let double = raw.replace('"', "\"\"");
    let single = raw.replace('\'', "''");
    let libpq = raw.replace('\\', "\\\\").replace('\'', "\\'");
    let braces = raw.replace('}', "}}");
    let mut forms = Vec::new();
    let mut add = |key, value: String| forms.push(Form { key, value });
    for scheme in [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "mongodb+srv",
        "redis",
        "rediss",
        "amqp",
        "amqps",
        "sqlserver",
        "mssql+pyodbc",
        "oracle+cx_oracle",
        "clickhouse",
        "cassandra",
        "snowflake",
        "nats",
        "cockroachdb",
        "elasticsearch",
        "neo4j",
        "couchbase",
        "sftp",
        "ldap",
        "smtp",
    ] {
        add("database_url", format!("{scheme}://app:{url}@{HOST}:5432/orders"));
    }
    add("redis_url", format!("redis://:{url}@{HOST}:6379/0"));
    add(
        "database_url",
        format!("postgres://app@{HOST}/orders?password={url}&sslmode=require"),
    );
    add("elasticsearch_url", format!("https://elastic:{url}@{HOST}:9200"));
    add(
        "jdbc_url",
        format!("jdbc:postgresql://{HOST}:5432/orders?user=app&password={url}"),
    );
    add("jdbc_url", format!("jdbc:mysql://app:{url}@{HOST}:3306/orders"));
    add(
        "jdbc_url",
        format!("jdbc:mariadb://{HOST}/orders?user=app&password={url}&trustStorePassword={url}"),
    );
    add(
        "jdbc_url",
        format!("jdbc:sqlserver://{HOST}:1433;databaseName=orders;user=app;password={{{braces}}}"),
    );
    add(
        "jdbc_url",
        format!("jdbc:oracle:thin:app/\"{raw}\"@//{HOST}:1521/ORDERS"),
    );
    add(
        "jdbc_url",
        format!("jdbc:db2://{HOST}:50000/ORDERS:user=app;password={url};"),
    );
    add(
        "jdbc_url",
        format!("jdbc:redshift://{HOST}:5439/orders?UID=app&PWD={url}"),
    );
    add(
        "jdbc_url",
        format!("jdbc:snowflake://shop.snowflakecomputing.com/?db=ORDERS_STAGING&user=app&password={url}"),
    );
    for (server, password) in [
        ("Server", "Password"),
        ("Data Source", "PWD"),
        ("Address", "pwd"),
        ("Host", "Password"),
        ("Network Address", "User Password"),
    ] {
        add(
            "connection_string",
            format!("{server}={HOST};Database=orders;User Id=app;{password}=\"{double}\";Encrypt=true"),
        );
    }
    add(
        "connection_string",
        format!(
            "{password}='{single}';Server={HOST};Database=orders",
            password = "Password"
        ),
    );
    add(
        "connection_string",
        format!("Driver={{ODBC Driver 18}};Server={HOST};Database=orders;Uid=app;Pwd={{{braces}}};"),
    );
    add(
        "connection_string",
        format!("cache-x.staging.shop.example:6380,password={url},ssl=True"),
    );
    add(
        "connection_string",
        format!("Endpoint=sb://shop-staging.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={url}"),
    );
    add(
        "db_dsn",
        format!("host={HOST} port=5432 user=app password='{libpq}' dbname=orders"),
    );
    add(
        "db_dsn",
        format!("mysql:host={HOST};dbname=orders;user=app;password={url}"),
    );
    add("mysql_dsn", format!("app:{url}@tcp({HOST}:3306)/orders?parseTime=true"));
    forms
}

/// Secrets beside an address on the same line or the next, under keys of their own.
pub(crate) fn neighbours(secret: &Secret) -> Vec<Form> {
    let (raw, url) = (secret.text.clone(), secret.encoded());
    let forms = [
        ("db_password", raw.clone()),
        ("redis_auth_token", raw.clone()),
        ("aws_secret_access_key", raw.clone()),
        ("api_key", raw.clone()),
        ("client_secret", raw.clone()),
        ("authorization", format!("Bearer {raw}")),
        (
            "proxy_authorization",
            format!(
                "Basic {}",
                base64::prelude::BASE64_STANDARD.encode(format!("app:{raw}"))
            ),
        ),
        (
            "callback_url",
            format!("https://api.staging.shop.example/v1?access_token={url}&x=1"),
        ),
        ("feed_url", format!("https://api.staging.shop.example/v1?sig={url}")),
        (
            "private_key",
            format!("-----BEGIN PRIVATE KEY-----\n{raw}\n-----END PRIVATE KEY-----"),
        ),
    ];
    forms.into_iter().map(|(key, value)| Form { key, value }).collect()
}
