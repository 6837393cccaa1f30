//! What the names of a key path say about the value: the tables are in `names` and `contexts`.

mod contexts;
mod names;
mod words;

use super::{Class, Engine, Role};
use names::{CONTAINERS, FLAGS, NAMES, NOT_IN_CONTAINERS, Of, QUALIFIERS, SUBJECTS, Subject};
use std::sync::LazyLock;

pub use contexts::{SilentContext, context};
pub use words::words;
pub(super) use words::{Lexicon, Word, trail};

/// What a key says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRole {
    /// What kind of thing the value points at.
    pub class: Class,
    /// The software behind it, where a name of the path says so.
    pub engine: Option<Engine>,
    /// What the value is of that thing. For keys of addresses (`url`, `dsn`, `endpoint`) it is [`Role::Host`]: the
    /// value itself says more.
    pub role: Role,
}

/// How far above the last name a thing may be named: `redis.primary.service.host`.
const SUBJECT_DEPTH: u8 = 3;

/// What the key path (outermost name first) says about its value, from its last name with help from its ancestors.
pub fn key_role(path: &[&str]) -> Option<KeyRole> {
    let unlabelled = without_label(path);
    let path = unlabelled.as_ref().map_or(path, |path| path.as_slice());
    let trail = trail(path);
    let flagged = path.last().is_some_and(|name| name.starts_with('-'));
    if flagged
        && let Some((row, _)) = FLAG_WORDS
            .ending_at(&trail)
            .find(|&(_, length)| ends_name(&trail, length))
    {
        let &(_, class, role) = FLAGS.get(row)?;
        return Some(KeyRole {
            class,
            engine: None,
            role,
        });
    }
    if let Some(role) = in_container(&trail) {
        return Some(role);
    }
    let skip = qualifiers(&trail, 0);
    named(&trail, 0).or_else(|| (skip > 0).then(|| named(&trail, skip)).flatten())?
}

/// Whether the key is, for sure, that of a datastore's address or name.
pub fn is_datastore(path: &[&str]) -> bool {
    key_role(path).is_some_and(KeyRole::is_datastore)
}

impl KeyRole {
    /// Whether this is, for sure, the role of a datastore's address or name.
    pub fn is_datastore(self) -> bool {
        self.class == Class::Datastore && matches!(self.role, Role::Host | Role::Database)
    }
}

/// The type and the argument of a resource of Terraform: the label between them says nothing of what it is.
fn without_label<'a>(path: &[&'a str]) -> Option<[&'a str; 2]> {
    match path {
        [.., "resource" | "data", kind, _, name] if is_terraform_type(kind) => Some([kind, name]),
        _ => None,
    }
}

/// `aws_db_instance`, but not the `app.yaml` that stands below the `data` of a ConfigMap.
fn is_terraform_type(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.contains('_') && name.bytes().all(letters)
}

/// The thing that the words from `from` on name, and the software: nearest word first.
pub(super) fn subject(trail: &[Word<'_>], from: usize, deepest: u8) -> Option<Subject> {
    let rest = trail.get(from..)?;
    (0..rest.len())
        .take_while(|&at| rest.get(at).is_some_and(|word| word.depth <= deepest))
        .find_map(|at| subject_at(rest, at))
        .map(|(subject, _)| subject)
}

/// How many words from `from` on only tell one of several alike from the others: `host-a`, `url_staging`, `name_2`.
pub(super) fn qualifiers(trail: &[Word<'_>], from: usize) -> usize {
    let rest = trail.get(from..).unwrap_or(&[]);
    rest.iter()
        .take_while(|word| {
            word.text.bytes().all(|byte| byte.is_ascii_digit())
                || word.text.len() == 1
                || QUALIFIER_WORDS.ending_at(std::slice::from_ref(*word)).next().is_some()
        })
        .count()
}

static NAME_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(NAMES.iter().map(|row| row.0)));
static FLAG_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(FLAGS.iter().map(|row| row.0)));
static SUBJECT_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(SUBJECTS.iter().map(|row| row.0)));
static QUALIFIER_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(QUALIFIERS.iter().copied()));
static CONTAINER_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(CONTAINERS.iter().copied()));
static OUTSIDER_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(NOT_IN_CONTAINERS.iter().copied()));

/// Whether the first `length` words are the whole last name.
fn ends_name(trail: &[Word<'_>], length: usize) -> bool {
    trail.get(length).is_none_or(|word| word.depth > 0)
}

fn subject_at(rest: &[Word<'_>], at: usize) -> Option<(Subject, usize)> {
    let (row, length) = SUBJECT_WORDS.ending_at(rest.get(at..)?).next()?;
    Some((SUBJECTS.get(row)?.1, length))
}

/// The role of a value in a block whose every value is an address: `ConnectionStrings.Orders`.
fn in_container(trail: &[Word<'_>]) -> Option<KeyRole> {
    if OUTSIDER_WORDS.ending_at(trail).next().is_some() {
        return None;
    }
    let begin = trail.iter().position(|word| word.depth > 0)?;
    let near = trail.get(begin..)?;
    let found = (0..near.len())
        .take_while(|&at| near.get(at).is_some_and(|word| word.depth <= 2))
        .any(|at| {
            CONTAINER_WORDS
                .ending_at(near.get(at..).unwrap_or(&[]))
                .next()
                .is_some()
        });
    let own = subject(trail, 0, 0);
    found.then(|| KeyRole {
        class: own.map_or(Class::Datastore, |subject| subject.class),
        engine: own.and_then(|subject| subject.engine),
        role: Role::Host,
    })
}

/// The role of the longest row that ends at word `from`; the inner `None` where a row says that it has none.
fn named(trail: &[Word<'_>], from: usize) -> Option<Option<KeyRole>> {
    let words = trail.get(from..)?;
    NAME_WORDS.ending_at(words).find_map(|(row, length)| {
        let &(_, of, role) = NAMES.get(row)?;
        let deepest = words.get(length - 1)?.depth.saturating_add(SUBJECT_DEPTH);
        let nearest = || subject(words, length, deepest);
        let (class, engine) = match of {
            Of::Nothing => return Some(None),
            Of::Always(class) => (class, None),
            Of::Engine(class, engine) => (class, Some(engine)),
            Of::Nearest(class) => nearest().map_or((class, None), |subject| (subject.class, subject.engine)),
            Of::Under(class) => {
                let subject = nearest().filter(|subject| subject.class == class)?;
                (class, subject.engine)
            }
            Of::Below(block, class) => {
                words.iter().find(|word| word.depth > 0 && word.text == block)?;
                (class, None)
            }
            Of::Adjacent => {
                let (subject, _) = subject_at(words, length + qualifiers(words, length))?;
                (subject.class, subject.engine)
            }
        };
        let engine = engine.or_else(|| engine_of(words, class, deepest));
        let names_database = role == Role::Name && class == Class::Datastore && !engine.is_some_and(keeps_no_databases);
        Some(Some(KeyRole {
            class,
            engine,
            role: if names_database { Role::Database } else { role },
        }))
    })
}

/// The nearest software that is named and of the same class.
fn engine_of(words: &[Word<'_>], class: Class, deepest: u8) -> Option<Engine> {
    (0..words.len())
        .take_while(|&at| words.get(at).is_some_and(|word| word.depth <= deepest))
        .find_map(|at| {
            let (subject, _) = subject_at(words, at)?;
            let fits = subject.class == class || (class == Class::Account && subject.class == Class::Datastore);
            subject.engine.filter(|_| fits || class == Class::Storage)
        })
}

fn keeps_no_databases(engine: Engine) -> bool {
    use Engine::{Etcd, Kafka, Memcached, Nats, Rabbitmq, Redis, Zookeeper};
    matches!(engine, Etcd | Kafka | Memcached | Nats | Rabbitmq | Redis | Zookeeper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::references::{Class::*, Engine::*, Role::*};

    fn role_of(path: &str) -> Option<KeyRole> {
        key_role(&path.split(" > ").collect::<Vec<_>>())
    }

    #[test]
    fn datastores() {
        let cases = [
            ("spring.datasource.url", None, Host),
            ("spring > datasource > hikari > jdbc-url", None, Host),
            ("spring > datasource > username", None, User),
            ("elasticsearch.host", Some(Elasticsearch), Host),
            ("redis > host", Some(Redis), Host),
            ("redis > port", Some(Redis), Port),
            ("spring.redis.database", Some(Redis), Database),
            ("databases > default > NAME", None, Database),
            ("DATABASES > default > HOST", None, Host),
            ("DB_HOST", None, Host),
            ("POSTGRES_DB", Some(Postgresql), Database),
            ("POSTGRES_SERVICE_HOST", Some(Postgresql), Host),
            ("PGHOST", Some(Postgresql), Host),
            ("MYSQL_DATABASE", Some(Mysql), Database),
            ("db-name", None, Database),
            ("db_name", None, Database),
            ("dbname", None, Database),
            ("database", None, Database),
            ("database_url", None, Host),
            ("oracle-db-hostname-a", Some(Oracle), Host),
            ("oracle-sids", Some(Oracle), Database),
            ("erp-db-url", None, Host),
            ("REDIS_SERVER", Some(Redis), Host),
            ("MONGO_URI", Some(Mongodb), Host),
            ("spring.data.mongodb.uri", Some(Mongodb), Host),
            ("KAFKA_BROKERS", Some(Kafka), Host),
            ("bootstrap.servers", Some(Kafka), Host),
            ("spring.kafka.bootstrap-servers", Some(Kafka), Host),
            ("RABBITMQ_HOST", Some(Rabbitmq), Host),
            ("rabbitmq > vhost", Some(Rabbitmq), Database),
            ("memcached_servers", Some(Memcached), Host),
            ("sentinel", Some(Redis), Host),
            ("ConnectionStrings > Default", None, Host),
            ("ConnectionStrings__OrdersRedis", Some(Redis), Host),
            ("connectionStrings > add > connectionString", None, Host),
            ("Database:ConnectionString", None, Host),
            ("jdbcUrl", None, Host),
            ("dsn", None, Host),
            ("DATABASE_URL_STAGING", None, Host),
            ("variable > db_host > default", None, Host),
            ("keyspace", None, Database),
            ("elasticsearch > index", Some(Elasticsearch), Database),
            ("SNOWFLAKE_SCHEMA", Some(Snowflake), Database),
            ("redis_cluster_endpoint", Some(Redis), Host),
            ("CELERY_BROKER_URL", None, Host),
            ("kafka > name", Some(Kafka), Name),
            ("data > app.json > redis > host", Some(Redis), Host),
            ("data > OPTIONS > redis > host", Some(Redis), Host),
        ];
        for (path, engine, role) in cases {
            let expected = KeyRole {
                class: Datastore,
                engine,
                role,
            };
            assert_eq!(role_of(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn everything_else() {
        let cases = [
            ("externalName", Service, None, Host),
            ("queueName", Storage, None, Name),
            ("SQS_QUEUE", Storage, None, Name),
            ("sqs > url", Storage, None, Host),
            ("topic", Storage, None, Name),
            ("KAFKA_TOPIC", Storage, Some(Kafka), Name),
            ("bucket", Storage, None, Name),
            ("s3_bucket_name", Storage, Some(S3), Name),
            ("common_state_bucket", Storage, None, Name),
            ("azurerm > container_name", Storage, None, Name),
            ("table_name", Storage, None, Name),
            ("dynamodb_table", Storage, None, Name),
            ("index", Storage, None, Name),
            ("bigqueryProject", Account, Some(Bigquery), Name),
            ("project_id", Account, None, Name),
            ("subscription_id", Account, None, OpaqueId),
            ("tenant", Account, None, Name),
            ("MODERN_PLATFORM_ACCOUNT_ID", Account, None, OpaqueId),
            ("cluster_name", Account, None, Name),
            ("metadata > namespace", Account, None, Name),
            ("vault_addr", Identity, None, Host),
            ("vault:address", Identity, None, Host),
            ("VaultUri", Identity, None, Host),
            ("key_vault", Identity, None, Name),
            ("stack:key_name", Identity, None, Name),
            ("kms_key", Identity, None, Name),
            ("secret_name", Identity, None, SecretPath),
            ("secretsprovider", Identity, None, SecretPath),
            ("role_arn", Identity, None, Name),
            ("client_id", Identity, None, User),
            ("service_account", Identity, None, User),
            ("username", Identity, None, User),
            ("baseUrl", Service, None, Host),
            ("endpoint", Service, None, Host),
            ("host", Service, None, Host),
            ("fqdn", Service, None, Host),
            ("custom_domain", Service, None, Host),
            ("api_url", Service, None, Host),
            ("issuer", Identity, None, Host),
            ("audience", Identity, None, Host),
            ("authority", Identity, None, Host),
            ("saml2_idp_metadata_url", Identity, None, Host),
            ("webhook", Service, None, Host),
            ("kafka-ui > ingress > host", Service, None, Host),
            ("redis_exporter_url", Service, None, Host),
            ("SMTP_HOST", Service, Some(Smtp), Host),
            (
                "resource > aws_secretsmanager_secret > db > name",
                Identity,
                None,
                SecretPath,
            ),
            ("data > aws_ssm_parameter > db > name", Identity, None, SecretPath),
            ("resource > aws_sqs_queue > orders > name", Storage, None, Name),
            ("ldap > url", Identity, Some(Ldap), Host),
            ("ConnectionStrings > ServiceBus", Storage, None, Host),
            ("steps > working-directory", Selector, None, Path),
            ("var-file", Selector, None, Path),
            ("terraform > backend > s3 > key", Selector, None, Path),
            ("--environment", Selector, None, Name),
            ("--env", Selector, None, Name),
            ("--stage", Selector, None, Name),
            ("--stack", Selector, None, Name),
            ("--target", Selector, None, Name),
            ("--cluster", Selector, None, Name),
            ("--context", Selector, None, Name),
            ("workflows > main > jobs > deploy > context", Selector, None, Name),
            ("--namespace", Selector, None, Name),
            ("--profile", Selector, None, Name),
            ("--var-file", Selector, None, Path),
            ("--db-host", Datastore, None, Host),
            ("stack", Selector, None, Name),
            ("workspace", Selector, None, Name),
            ("environment", Selector, None, Name),
            ("spring.profiles.active", Selector, None, Name),
        ];
        for (path, class, engine, role) in cases {
            assert_eq!(role_of(path), Some(KeyRole { class, engine, role }), "{path}");
        }
    }

    #[test]
    fn names_that_say_nothing() {
        let cases = [
            "",
            "name",
            "metadata > name",
            "postgres > env > name",
            "containers > env > value",
            "target",
            "context",
            "profile",
            "RAILS_ENV",
            "ASPNETCORE_ENVIRONMENT",
            "services > redis > container_name",
            "schema",
            "contest",
            "hosted",
            "replicas",
            "connectionStrings > add > name",
            "bind_address",
            "resource > aws_security_group > db > name",
            "support_email_address",
            "db_subnet_group_name",
        ];
        for path in cases {
            assert_eq!(role_of(path), None, "{path}");
        }
    }

    #[test]
    fn datastores_for_sure() {
        for path in ["DB_HOST", "spring.datasource.url", "redis > host", "db_name"] {
            assert!(is_datastore(&path.split(" > ").collect::<Vec<_>>()), "{path}");
        }
        for path in ["host", "DB_USER", "redis > port", "kafka_ui_url", "bucket", "index", ""] {
            assert!(!is_datastore(&path.split(" > ").collect::<Vec<_>>()), "{path}");
        }
    }

    #[test]
    fn rows_are_unique() {
        let mut seen = std::collections::HashSet::new();
        for (phrase, of, _) in NAMES {
            assert!(seen.insert((*phrase, format!("{of:?}"))), "{phrase}");
        }
        let subjects: std::collections::HashSet<_> = SUBJECTS.iter().map(|row| row.0).collect();
        assert_eq!(subjects.len(), SUBJECTS.len());
    }

    #[test]
    fn deep_and_long_paths_stay_cheap() {
        let path = vec!["redis"; 100_000];
        assert_eq!(key_role(&path), None);
        assert_eq!(context(&path), None);
    }
}
