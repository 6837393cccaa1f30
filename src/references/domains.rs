//! What stands behind well-known domains and ports.

use super::{Class, Engine};
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Domains of managed services outside of AWS, with what stands behind any name below them.
const DOMAINS: &[(&str, Class, Option<Engine>)] = &[
    ("database.windows.net", Class::Datastore, Some(Engine::SqlServer)),
    ("database.azure.net", Class::Datastore, Some(Engine::SqlServer)),
    ("database.chinacloudapi.cn", Class::Datastore, Some(Engine::SqlServer)),
    ("database.usgovcloudapi.net", Class::Datastore, Some(Engine::SqlServer)),
    ("sql.azuresynapse.net", Class::Datastore, Some(Engine::SqlServer)),
    (
        "postgres.database.azure.com",
        Class::Datastore,
        Some(Engine::Postgresql),
    ),
    ("postgres.cosmos.azure.com", Class::Datastore, Some(Engine::Postgresql)),
    ("mysql.database.azure.com", Class::Datastore, Some(Engine::Mysql)),
    ("mariadb.database.azure.com", Class::Datastore, Some(Engine::Mysql)),
    ("mongo.cosmos.azure.com", Class::Datastore, Some(Engine::Mongodb)),
    ("mongocluster.cosmos.azure.com", Class::Datastore, Some(Engine::Mongodb)),
    ("cassandra.cosmos.azure.com", Class::Datastore, Some(Engine::Cassandra)),
    ("documents.azure.com", Class::Datastore, Some(Engine::Other)),
    ("cosmos.azure.com", Class::Datastore, Some(Engine::Other)),
    ("redis.cache.windows.net", Class::Datastore, Some(Engine::Redis)),
    ("redis.azure.net", Class::Datastore, Some(Engine::Redis)),
    ("redisenterprise.cache.azure.net", Class::Datastore, Some(Engine::Redis)),
    ("servicebus.windows.net", Class::Datastore, Some(Engine::Other)),
    ("search.windows.net", Class::Datastore, Some(Engine::Other)),
    ("kusto.windows.net", Class::Datastore, Some(Engine::Other)),
    ("blob.core.windows.net", Class::Storage, None),
    ("queue.core.windows.net", Class::Storage, None),
    ("table.core.windows.net", Class::Storage, None),
    ("file.core.windows.net", Class::Storage, None),
    ("dfs.core.windows.net", Class::Storage, None),
    ("vault.azure.net", Class::Identity, None),
    ("vault.usgovcloudapi.net", Class::Identity, None),
    ("managedhsm.azure.net", Class::Identity, None),
    ("azconfig.io", Class::Identity, None),
    ("login.microsoftonline.com", Class::Identity, None),
    ("b2clogin.com", Class::Identity, None),
    ("ciamlogin.com", Class::Identity, None),
    ("sts.windows.net", Class::Identity, None),
    ("auth0.com", Class::Identity, None),
    ("okta.com", Class::Identity, None),
    ("oktapreview.com", Class::Identity, None),
    ("mongodb.net", Class::Datastore, Some(Engine::Mongodb)),
    ("mlab.com", Class::Datastore, Some(Engine::Mongodb)),
    ("mongodb.com", Class::Service, None),
    ("cloud.es.io", Class::Datastore, Some(Engine::Elasticsearch)),
    ("elastic-cloud.com", Class::Datastore, Some(Engine::Elasticsearch)),
    ("elastic.cloud", Class::Datastore, Some(Engine::Elasticsearch)),
    ("found.io", Class::Datastore, Some(Engine::Elasticsearch)),
    ("bonsaisearch.net", Class::Datastore, Some(Engine::Elasticsearch)),
    ("psdb.cloud", Class::Datastore, Some(Engine::Mysql)),
    ("tidbcloud.com", Class::Datastore, Some(Engine::Mysql)),
    ("singlestore.com", Class::Datastore, Some(Engine::Mysql)),
    ("skysql.com", Class::Datastore, Some(Engine::Mysql)),
    ("neon.tech", Class::Datastore, Some(Engine::Postgresql)),
    ("cockroachlabs.cloud", Class::Datastore, Some(Engine::Postgresql)),
    ("timescaledb.io", Class::Datastore, Some(Engine::Postgresql)),
    ("tsdb.cloud.timescale.com", Class::Datastore, Some(Engine::Postgresql)),
    ("postgresbridge.com", Class::Datastore, Some(Engine::Postgresql)),
    ("db.elephantsql.com", Class::Datastore, Some(Engine::Postgresql)),
    ("pooler.supabase.com", Class::Datastore, Some(Engine::Postgresql)),
    ("yugabyte.cloud", Class::Datastore, Some(Engine::Postgresql)),
    ("db.ondigitalocean.com", Class::Datastore, Some(Engine::Other)),
    ("aivencloud.com", Class::Datastore, Some(Engine::Other)),
    ("scylla.cloud", Class::Datastore, Some(Engine::Cassandra)),
    ("apps.astra.datastax.com", Class::Datastore, Some(Engine::Cassandra)),
    ("clickhouse.cloud", Class::Datastore, Some(Engine::Clickhouse)),
    ("snowflakecomputing.com", Class::Datastore, Some(Engine::Snowflake)),
    ("upstash.io", Class::Datastore, Some(Engine::Redis)),
    ("redislabs.com", Class::Datastore, Some(Engine::Redis)),
    ("redis-cloud.com", Class::Datastore, Some(Engine::Redis)),
    ("redns.redis-cloud.com", Class::Datastore, Some(Engine::Redis)),
    ("confluent.cloud", Class::Datastore, Some(Engine::Kafka)),
    ("cloudamqp.com", Class::Datastore, Some(Engine::Rabbitmq)),
    ("databases.neo4j.io", Class::Datastore, Some(Engine::Other)),
    ("firebaseio.com", Class::Datastore, Some(Engine::Other)),
    ("firebasedatabase.app", Class::Datastore, Some(Engine::Other)),
    ("algolia.net", Class::Datastore, Some(Engine::Other)),
    ("influxdata.com", Class::Datastore, Some(Engine::Other)),
    ("oraclecloud.com", Class::Service, None),
    ("adb.oraclecloud.com", Class::Datastore, Some(Engine::Oracle)),
    ("cloudant.com", Class::Datastore, Some(Engine::Other)),
    ("databases.appdomain.cloud", Class::Datastore, Some(Engine::Other)),
    ("storage.googleapis.com", Class::Storage, None),
    ("storage.cloud.google.com", Class::Storage, None),
    ("digitaloceanspaces.com", Class::Storage, Some(Engine::S3)),
    ("r2.cloudflarestorage.com", Class::Storage, Some(Engine::S3)),
    ("backblazeb2.com", Class::Storage, Some(Engine::S3)),
    ("wasabisys.com", Class::Storage, Some(Engine::S3)),
];

/// AWS services by the label that names them, below `amazonaws.com`.
const AWS: &[(&str, Class, Option<Engine>)] = &[
    ("rds", Class::Datastore, Some(Engine::Other)),
    ("cache", Class::Datastore, Some(Engine::Other)),
    ("memorydb", Class::Datastore, Some(Engine::Redis)),
    ("redshift", Class::Datastore, Some(Engine::Redshift)),
    ("redshift-serverless", Class::Datastore, Some(Engine::Redshift)),
    ("docdb", Class::Datastore, Some(Engine::Mongodb)),
    ("docdb-elastic", Class::Datastore, Some(Engine::Mongodb)),
    ("neptune", Class::Datastore, Some(Engine::Other)),
    ("dax-clusters", Class::Datastore, Some(Engine::Other)),
    ("es", Class::Datastore, Some(Engine::Elasticsearch)),
    ("aoss", Class::Datastore, Some(Engine::Elasticsearch)),
    ("kafka", Class::Datastore, Some(Engine::Kafka)),
    ("kafka-serverless", Class::Datastore, Some(Engine::Kafka)),
    ("mq", Class::Datastore, Some(Engine::Rabbitmq)),
    ("cassandra", Class::Datastore, Some(Engine::Cassandra)),
    ("s3", Class::Storage, Some(Engine::S3)),
    ("s3-accelerate", Class::Storage, Some(Engine::S3)),
    ("sqs", Class::Storage, None),
    ("queue", Class::Storage, None),
    ("sns", Class::Storage, None),
    ("kinesis", Class::Storage, None),
    ("firehose", Class::Storage, None),
    ("dynamodb", Class::Storage, None),
    ("efs", Class::Storage, None),
    ("secretsmanager", Class::Identity, None),
    ("ssm", Class::Identity, None),
    ("kms", Class::Identity, None),
    ("sts", Class::Identity, None),
    ("cognito-idp", Class::Identity, None),
    ("cognito-identity", Class::Identity, None),
];

/// Where the region begins in a host of AWS, with the dot before it: `.eu-west-1` in `sqs.eu-west-1.amazonaws.com`.
pub fn aws_region(host: &str) -> Option<usize> {
    if !is_below(host, "amazonaws.com") && !is_below(host, "amazonaws.com.cn") {
        return None;
    }
    let is_region = |label: &str| {
        let mut parts = label.split('-');
        let (first, last) = (parts.next().unwrap_or(""), parts.next_back().unwrap_or(""));
        let mut between = parts.peekable();
        first.len() == 2
            && last.len() == 1
            && last.bytes().all(|byte| byte.is_ascii_digit())
            && between.peek().is_some()
            && between.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let mut at = 0;
    for label in host.split('.') {
        if at > 0 && is_region(label) {
            return Some(at - 1);
        }
        at += label.len() + 1;
    }
    None
}

/// Ports that datastores own in practice. The flag is whether HTTP is spoken there.
const PORTS: &[(&str, Engine, bool)] = &[
    ("5432", Engine::Postgresql, false),
    ("5433", Engine::Postgresql, false),
    ("6432", Engine::Postgresql, false),
    ("26257", Engine::Postgresql, false),
    ("3306", Engine::Mysql, false),
    ("3307", Engine::Mysql, false),
    ("33060", Engine::Mysql, false),
    ("1433", Engine::SqlServer, false),
    ("1521", Engine::Oracle, false),
    ("1522", Engine::Oracle, false),
    ("2484", Engine::Oracle, false),
    ("50000", Engine::Db2, false),
    ("27017", Engine::Mongodb, false),
    ("27018", Engine::Mongodb, false),
    ("27019", Engine::Mongodb, false),
    ("6379", Engine::Redis, false),
    ("6380", Engine::Redis, false),
    ("16379", Engine::Redis, false),
    ("26379", Engine::Redis, false),
    ("11211", Engine::Memcached, false),
    ("9042", Engine::Cassandra, false),
    ("9142", Engine::Cassandra, false),
    ("9160", Engine::Cassandra, false),
    ("5439", Engine::Redshift, false),
    ("9092", Engine::Kafka, false),
    ("9093", Engine::Kafka, false),
    ("9094", Engine::Kafka, false),
    ("9096", Engine::Kafka, false),
    ("9098", Engine::Kafka, false),
    ("5672", Engine::Rabbitmq, false),
    ("5671", Engine::Rabbitmq, false),
    ("61613", Engine::Other, false),
    ("61616", Engine::Other, false),
    ("61617", Engine::Other, false),
    ("1883", Engine::Other, false),
    ("8883", Engine::Other, false),
    ("4222", Engine::Nats, false),
    ("2181", Engine::Zookeeper, false),
    ("2182", Engine::Zookeeper, false),
    ("9200", Engine::Elasticsearch, true),
    ("9243", Engine::Elasticsearch, true),
    ("9300", Engine::Elasticsearch, false),
    ("2379", Engine::Etcd, true),
    ("8123", Engine::Clickhouse, true),
    ("5984", Engine::Other, true),
    ("7474", Engine::Other, true),
    ("7687", Engine::Other, false),
    ("8983", Engine::Other, true),
    ("8086", Engine::Other, true),
];

/// What stands behind a host, by its domain.
pub(super) fn of_host(host: &str) -> Option<(Class, Option<Engine>)> {
    let host = host.trim_end_matches('.');
    if let Some(name) = aws_name(host) {
        // The service is the last label but the region's: `x.s3.eu-west-1`, `x.abc.eu-west-1.rds`.
        let found = name.rsplit('.').take(3).find_map(|label| {
            let regional_bucket = label.starts_with("s3-") && label != "s3-accelerate";
            let label = if regional_bucket { "s3" } else { label };
            AWS.iter().find(|row| row.0.eq_ignore_ascii_case(label))
        })?;
        // `monitoring.rds.amazonaws.com` is a principal; a database has a name, an id and a region.
        let is_principal = found.1 == Class::Datastore && name.split('.').count() < 3;
        return (!is_principal).then_some((found.1, found.2));
    }
    // Supabase puts the database beside its web API: `db.<project>.supabase.co`.
    if is_below(host, "supabase.co") && host.starts_with("db.") {
        return Some((Class::Datastore, Some(Engine::Postgresql)));
    }
    let row = DOMAINS
        .iter()
        .filter(|row| is_below(host, row.0))
        .max_by_key(|row| row.0.len())?;
    Some((row.1, row.2))
}

/// Whether a text may name a datastore's host by itself: it holds a datastore's domain or port, or what connection strings
/// are made of. `false` is certain.
pub(super) fn may_hold_datastore(text: &str) -> bool {
    /// What addresses of web pages start with; no more than that says nothing.
    const WEB: [&str; 2] = ["http://", "https://"];
    const CONNECTIONS: [&str; 5] = ["://", "=", "@", "dbc", "tcp("];
    /// Clouds that tell their services by what stands before or behind.
    const CLOUDS: [&str; 4] = ["amazonaws.com", "api.aws", "supabase.co", "googleapis.com"];
    static MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let domains = DOMAINS.iter().filter(|row| row.1 == Class::Datastore);
        let ports = PORTS.iter().map(|row| format!(":{}", row.0));
        let marks = WEB.into_iter().chain(CONNECTIONS).chain(CLOUDS).map(str::to_owned);
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(marks.chain(domains.map(|row| row.0.to_owned())).chain(ports))
            .ok()
    });
    let before = |at: usize| at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
    MARKS.as_ref().is_none_or(|marks| {
        marks.find_iter(text).any(|found| {
            // `es+https://` and the like are schemes of their own.
            let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
            found.pattern().as_usize() >= WEB.len() || before(found.start()).is_some_and(is_scheme)
        })
    })
}

/// What listens on a port, where the port is a datastore's own; for a web address, only a datastore that speaks HTTP.
pub(super) fn of_port(port: &str, known: Option<Engine>) -> Option<Engine> {
    let row = PORTS.iter().find(|row| row.0 == port)?;
    (row.2 || known != Some(Engine::Http)).then_some(row.1)
}

/// What stands before `.amazonaws.com` or `.amazonaws.com.cn`.
pub(super) fn aws_name(host: &str) -> Option<&str> {
    let host = host.strip_suffix(".cn").unwrap_or(host);
    host.strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".api.aws"))
}

/// Whether a host is a domain or stands below it.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    let Some(at) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let Some((name, end)) = host.split_at_checked(at) else {
        return false;
    };
    end.eq_ignore_ascii_case(domain) && (name.is_empty() || name.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        for (host, expected) in [
            ("sqs.eu-west-1.amazonaws.com", Some(3)),
            ("orders.abc.us-gov-east-1.rds.amazonaws.com", Some(10)),
            ("a.cn-north-1.rds.amazonaws.com.cn", Some(1)),
            ("eu-west-1.amazonaws.com", None),
            ("sqs.eu-west.amazonaws.com", None),
            ("sqs.eu-1.amazonaws.com", None),
            ("cache.eu-west-1.shop.example", None),
        ] {
            assert_eq!(aws_region(host), expected, "{host}");
        }
    }

    #[test]
    fn hosts_and_ports_say_what_stands_behind_them() {
        let hosts = [
            ("orders.abc.eu-west-1.rds.amazonaws.com", "Datastore Other"),
            ("b-1.events.abc.c2.kafka.eu-west-1.amazonaws.com", "Datastore Kafka"),
            ("rds.s3.amazonaws.com", "Storage S3"),
            ("monitoring.rds.amazonaws.com", "-"),
            ("shop.s3-eu-west-1.amazonaws.com", "Storage S3"),
            ("x.rds.cn-north-1.amazonaws.com.cn", "Datastore Other"),
            ("shop.DATABASE.windows.net", "Datastore SqlServer"),
            ("notdatabase.windows.net", "-"),
            ("db.abc.supabase.co", "Datastore Postgresql"),
            ("abc.supabase.co", "-"),
            ("shop.vault.azure.net", "Identity"),
            ("example.com", "-"),
        ];
        for (host, expected) in hosts {
            let found = of_host(host).map_or("-".to_owned(), |(class, engine)| match engine {
                Some(engine) => format!("{class:?} {engine:?}"),
                None => format!("{class:?}"),
            });
            assert_eq!(found, expected, "{host}");
        }
        assert_eq!(of_port("9200", Some(Engine::Http)), Some(Engine::Elasticsearch));
        assert_eq!(of_port("6379", Some(Engine::Http)), None);
        assert_eq!(of_port("80", None), None);
    }

    #[test]
    fn most_values_are_no_datastore_at_first_look() {
        for value in [
            "",
            "1.2.3",
            "10.0.0.0/16",
            "shop/orders:v1.2",
            "api.example.com:8080",
            "https://api.example.com:8443/v1",
            "HTTP://a.example.com https://b.example.com",
            "module.shop.endpoint",
        ] {
            assert!(!may_hold_datastore(value), "{value}");
        }
        for value in [
            "db:5432",
            "https://search.example.com:9200",
            "es+https://search.example.com",
            "a.b.EU-WEST-1.rds.amazonaws.com",
            "a=b",
        ] {
            assert!(may_hold_datastore(value), "{value}");
        }
    }
}
