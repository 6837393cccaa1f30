//! The schemes of URLs: what each points at, and what its parts mean.

use super::{Class, Engine};

/// What the parts of a URL mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// `//user:password@host:port/database`.
    Database,
    /// As `Database`, but with `database=` in the query the path is a named instance.
    SqlServer,
    /// `//user:password@host:port/name`, of a topic, index or node.
    Named,
    /// `//user:password@host:port`; the path says nothing.
    Host,
    /// As `Host`, for HTTP: the path counts on known hosts.
    Web,
    /// The path is a file that holds the database.
    File,
    /// `//bucket/prefix`.
    Bucket,
    /// `//container@account/prefix`.
    Container,
    /// Everything is the path of a secret or key.
    Secret,
    /// An image, a file, a socket: nothing that belongs to an environment.
    Nothing,
}

/// A scheme.
#[derive(Debug)]
pub(super) struct Scheme {
    names: &'static [&'static str],
    pub(super) layout: Layout,
    pub(super) class: Class,
    pub(super) engine: Option<Engine>,
}

const fn datastore(names: &'static [&'static str], engine: Engine) -> Scheme {
    scheme(names, Layout::Database, Class::Datastore, Some(engine))
}

const fn scheme(names: &'static [&'static str], layout: Layout, class: Class, engine: Option<Engine>) -> Scheme {
    Scheme {
        names,
        layout,
        class,
        engine,
    }
}

/// Stands for schemes that we do not know.
static UNKNOWN: Scheme = scheme(&[], Layout::Host, Class::Service, None);

#[rustfmt::skip]
const SCHEMES: &[Scheme] = &[
    scheme(
        &["https", "http", "wss", "ws", "http-get", "https-get"],
        Layout::Web,
        Class::Service,
        Some(Engine::Http),
    ),
    datastore(
        &[
            "postgresql", "postgres", "postgis", "pgsql", "psql", "pg", "pdo-pgsql", "cockroachdb", "cockroach",
            "crdb", "crdb-postgres", "timescaledb", "timescale", "timescalegis", "yugabytedb", "yugabyte", "alloydb",
        ],
        Engine::Postgresql,
    ),
    datastore(
        &[
            "mysql", "mysql2", "mysqlx", "mysqlgis", "mysqls", "mariadb", "pdo-mysql", "tidb", "singlestoredb",
            "vitess", "aurora",
        ],
        Engine::Mysql,
    ),
    scheme(
        &["sqlserver", "mssql", "mssqlms", "azuresql", "pdo-sqlsrv"],
        Layout::SqlServer,
        Class::Datastore,
        Some(Engine::SqlServer),
    ),
    datastore(
        &["oracle", "oracledb", "oraclegis", "oci8", "godror", "oracle-enhanced"],
        Engine::Oracle,
    ),
    datastore(&["db2", "ibm-db-sa", "ibm-db"], Engine::Db2),
    datastore(&["mongodb", "mongodb+srv", "mongo"], Engine::Mongodb),
    datastore(
        &[
            "redis", "rediss", "redis+sentinel", "redis-sentinel", "redis+cluster", "redis-cluster", "valkey",
            "valkeys", "keydb", "sentinel",
        ],
        Engine::Redis,
    ),
    datastore(
        &[
            "memcached", "memcache", "memcacheds", "pymemcache", "elasticache", "mcrouter",
        ],
        Engine::Memcached,
    ),
    datastore(
        &["amqp", "amqps", "rabbitmq", "rabbitmqs", "pyamqp", "rabbit"],
        Engine::Rabbitmq,
    ),
    datastore(
        &[
            "clickhouse", "clickhouses", "clickhousedb", "ch", "chhttp", "clickhouse+native",
        ],
        Engine::Clickhouse,
    ),
    datastore(&["cassandra", "cql", "scylla", "scylladb"], Engine::Cassandra),
    datastore(
        &["elasticsearch", "elasticsearch7", "elastic", "opensearch", "es"],
        Engine::Elasticsearch,
    ),
    datastore(&["snowflake"], Engine::Snowflake),
    datastore(&["redshift"], Engine::Redshift),
    datastore(
        &[
            "trino", "thrift", "qjournal", "presto", "hive", "hive2", "impala", "vertica", "informix", "firebird",
            "hana", "sap", "teradata", "sybase", "exasol", "exa", "dremio", "databricks", "athena", "spanner",
            "couchbase", "couchbases", "couchdb", "arangodb", "influxdb", "influx", "neo4j", "neo4js", "neo4j+s",
            "neo4j+ssc", "bolt", "bolt+s", "bolts", "surrealdb", "rethinkdb", "hbase", "phoenix", "dynamodb",
            "cosmosdb", "libsql", "turso", "prometheus", "milvus", "qdrant", "typesense", "meilisearch", "solr",
            "duckdb+server", "ravendb", "ignite", "hazelcast", "druid", "pinot", "awsathena",
        ],
        Engine::Other,
    ),
    scheme(
        &["bigquery", "bq"],
        Layout::Database,
        Class::Datastore,
        Some(Engine::Bigquery),
    ),
    scheme(
        &[
            "kafka", "kafkas", "kafka+ssl", "plaintext", "ssl", "sasl_ssl", "sasl_plaintext", "sasl-ssl",
            "confluentkafka", "azureservicebus+kafka",
        ],
        Layout::Named,
        Class::Datastore,
        Some(Engine::Kafka),
    ),
    scheme(
        &["nats", "natss", "stan"],
        Layout::Named,
        Class::Datastore,
        Some(Engine::Nats),
    ),
    scheme(
        &["zk", "zookeeper"],
        Layout::Named,
        Class::Datastore,
        Some(Engine::Zookeeper),
    ),
    scheme(&["etcd", "etcds"], Layout::Named, Class::Datastore, Some(Engine::Etcd)),
    scheme(
        &[
            "stomp", "stomps", "stomp+ssl", "mqtt", "mqtts", "pulsar", "pulsar+ssl", "sb", "azureservicebus",
            "activemq", "nsq", "gearman", "beanstalk", "beanstalkd",
        ],
        Layout::Named,
        Class::Datastore,
        Some(Engine::Other),
    ),
    scheme(
        &["ldap", "ldaps", "ldapi"],
        Layout::Named,
        Class::Identity,
        Some(Engine::Ldap),
    ),
    scheme(
        &["smtp", "smtps", "submission", "submissions", "smtp+tls", "smtp+ssl"],
        Layout::Host,
        Class::Service,
        Some(Engine::Smtp),
    ),
    scheme(
        &[
            "ftp", "ftps", "sftp", "smb", "cifs", "nfs", "hdfs", "webhdfs", "maprfs", "alluxio", "webdav", "webdavs",
            "rsync",
        ],
        Layout::Host,
        Class::Storage,
        None,
    ),
    scheme(
        &["sqlite", "sqlite3", "spatialite", "sqlitegis", "duckdb", "pdo-sqlite"],
        Layout::File,
        Class::Datastore,
        Some(Engine::Sqlite),
    ),
    scheme(
        &["s3", "s3a", "s3n", "s3s", "minio"],
        Layout::Bucket,
        Class::Storage,
        Some(Engine::S3),
    ),
    scheme(
        &[
            "gs", "gcs", "oss", "cosn", "cos", "swift", "b2", "r2", "az", "azblob", "azure", "azureblob", "adl",
            "obs", "oci-storage",
        ],
        Layout::Bucket,
        Class::Storage,
        None,
    ),
    scheme(
        &[
            "sqs", "sns", "kinesis", "gcppubsub", "gcpubsub", "pubsub", "awssqs", "awssns", "eventhub",
        ],
        Layout::Bucket,
        Class::Storage,
        None,
    ),
    scheme(
        &["abfs", "abfss", "wasb", "wasbs"],
        Layout::Container,
        Class::Storage,
        None,
    ),
    scheme(
        &[
            "awskms", "aws-kms", "gcpkms", "gcp-kms", "azurekeyvault", "azurekms", "hashivault", "vault", "ssm",
            "ssm-secure", "aws-ssm", "awsssm", "awsps", "aws-parameterstore", "secretsmanager", "aws-secretsmanager",
            "awssecrets", "awssm", "awssecretsmanager", "aws-sm", "asm", "sm", "gcpsm", "gcpsecrets",
            "gcp-secretmanager", "gcpsecretmanager", "azurekeyvaultsecret", "azkv", "akv", "keyvault", "op",
            "doppler", "infisical", "berglas", "sops", "spiffe", "kms", "conjur",
        ],
        Layout::Secret,
        Class::Identity,
        None,
    ),
    scheme(
        &[
            "docker", "local", "ext", "cfg", "oci", "docker-image", "containers-storage", "image", "file", "unix",
            "npipe", "classpath", "jar", "data", "redis+socket", "redis+unix", "resource", "module", "npm", "asset",
            "bundle", "chrome", "chrome-extension", "about", "javascript", "mailto", "tel", "content", "app",
            "memory", "inmemory", "mem", "test", "dummy", "fd", "res", "helm", "pkg", "artifact", "registry",
            "system",
        ],
        Layout::Nothing,
        Class::Resource,
        None,
    ),
    scheme(
        &[
            "git", "ssh", "git+ssh", "git+https", "git+http", "svn", "svn+ssh", "scm",
        ],
        Layout::Host,
        Class::Service,
        None,
    ),
];

/// The scheme of a name, without a driver (`postgresql+psycopg2`) or a resolver (`ref+vault`).
pub(super) fn known(name: &str) -> Option<&'static Scheme> {
    let find = |name: &str| {
        SCHEMES
            .iter()
            .find(|scheme| scheme.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    find(name).or_else(|| match name.split_once('+')? {
        ("ref" | "secretref", name) => find(name),
        (name, _) => find(name),
    })
}

/// The scheme of a name that `://` follows.
pub(super) fn of(name: &str) -> &'static Scheme {
    known(name).unwrap_or(&UNKNOWN)
}

/// Whether a scheme is none of the table.
pub(super) fn is_unknown(scheme: &Scheme) -> bool {
    scheme.names.is_empty()
}
