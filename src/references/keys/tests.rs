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
