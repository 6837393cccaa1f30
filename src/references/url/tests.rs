use super::find_urls;
use crate::references::{check_outlines, render};

#[test]
fn datastores() {
    check_outlines(&[
        (
            "postgres://app:x@db.example.com:5432/orders?sslmode=require",
            "url postgresql datastore user=app credential=x host=db.example.com port=5432 database=orders",
        ),
        (
            "postgresql+psycopg2://db/orders",
            "url postgresql datastore host=db database=orders",
        ),
        (
            "postgis://a.example.com/x?search_path=y",
            "url postgresql datastore host=a.example.com database=x database=y",
        ),
        (
            "postgres:///orders?host=/cloudsql/p:eu-west1:i",
            "url postgresql datastore database=orders name=p name=i",
        ),
        (
            "postgres://u:p@/orders?host=db.example.com&port=5433",
            "url postgresql datastore user=u credential=p database=orders host=db.example.com port=5433",
        ),
        (
            "postgres://a/b?options=-csearch_path%3Dtenant",
            "url postgresql datastore host=a database=b database=tenant",
        ),
        (
            "postgresql://%2Fvar%2Frun%2Fpg/orders",
            "url postgresql datastore database=orders",
        ),
        (
            "mysql2://root@127.0.0.1/x",
            "url mysql datastore user=root host=127.0.0.1 database=x",
        ),
        (
            "mysql://u:p@tcp(db.example.com:3306)/x",
            "url mysql datastore user=u credential=p host=db.example.com port=3306 database=x",
        ),
        (
            "mssql+pyodbc://u:p@a.example.com/x?driver=y",
            "url sqlserver datastore user=u credential=p host=a.example.com database=x",
        ),
        (
            "sqlserver://u:p@a.example.com/SQL1?database=x",
            "url sqlserver datastore user=u credential=p host=a.example.com instance=SQL1 database=x",
        ),
        (
            "oracle://u:p@a.example.com:1521/?service_name=x",
            "url oracle datastore user=u credential=p host=a.example.com port=1521 database=x",
        ),
        (
            "mongodb://u:p@a:27017,b:27018/orders?replicaSet=rs0",
            "url mongodb datastore user=u credential=p host=a port=27017 host=b port=27018 database=orders name=rs0",
        ),
        (
            "mongodb+srv://u:p@c0.abc.mongodb.net/x",
            "url mongodb datastore user=u credential=p host=c0.abc.mongodb.net database=x",
        ),
        (
            "redis://:secret@cache.example.com:6379/0",
            "url redis datastore credential=secret host=cache.example.com port=6379 database=0",
        ),
        (
            "rediss://token@cache.example.com",
            "url redis datastore credential=token host=cache.example.com",
        ),
        (
            "amqps://u:p@mq.example.com/%2Fstaging",
            "url rabbitmq datastore user=u credential=p host=mq.example.com database=%2Fstaging",
        ),
        (
            "kafka://b1:9092,b2:9092/orders",
            "url kafka datastore host=b1 port=9092 host=b2 port=9092 name=orders",
        ),
        (
            "SASL_SSL://b1.example.com:9096",
            "url kafka datastore host=b1.example.com port=9096",
        ),
        (
            "nats://a:4222,nats://b:4222",
            "url nats datastore host=a port=4222 | url nats datastore host=b port=4222",
        ),
        ("memcached://a:11211", "url memcached datastore host=a port=11211"),
        (
            "elasticsearch://a:9200/orders",
            "url elasticsearch datastore host=a port=9200 database=orders",
        ),
        (
            "clickhouse://a:9000/x",
            "url clickhouse datastore host=a port=9000 database=x",
        ),
        (
            "zk://a:2181,b:2181/mesos",
            "url zookeeper datastore host=a port=2181 host=b port=2181 name=mesos",
        ),
        ("etcd://a:2379", "url etcd datastore host=a port=2379"),
        ("sqlite:///data/orders.db", "url sqlite datastore database=orders.db"),
        (
            "sqlite:db/orders.sqlite3",
            "url sqlite datastore database=orders.sqlite3",
        ),
        ("sqlite://:memory:", "url sqlite datastore"),
        (
            "ldaps://ldap.example.com:636/dc=example,dc=com",
            "url ldap identity host=ldap.example.com port=636 name=dc=example,dc=com",
        ),
        (
            "smtp://u:p@mail.example.com:587",
            "url smtp service user=u credential=p host=mail.example.com port=587",
        ),
        (
            "sftp://u@files.example.com/in",
            "url - storage user=u host=files.example.com",
        ),
    ]);
}

#[test]
fn passwords_as_people_write_them() {
    check_outlines(&[
        (
            "postgres://app:p@ss:w@db.example.com/x",
            "url postgresql datastore user=app credential=p@ss:w host=db.example.com database=x",
        ),
        (
            "postgres://app:p/ss#w?d@db.example.com/x",
            "url postgresql datastore user=app credential=p/ss#w?d host=db.example.com database=x",
        ),
        (
            "postgres://app:p@s/s@db.example.com/x",
            "url postgresql datastore user=app credential=p@s/s host=db.example.com database=x",
        ),
        (
            "postgres://db.example.com:5432/x?mail=a@b.example.com",
            "url postgresql datastore host=db.example.com port=5432 database=x",
        ),
        (
            "postgres://a:%40b@db/x",
            "url postgresql datastore user=a credential=%40b host=db database=x",
        ),
        ("https://example.com/@jane", "url http service host=example.com"),
        (
            "https://user:pa/ss@example.com/x",
            "url http service user=user credential=pa/ss host=example.com",
        ),
        (
            "https://0123456789abcdef0123456789abcdef@sentry.example.com/1",
            "url http service credential=0123456789abcdef0123456789abcdef host=sentry.example.com",
        ),
    ]);
}

#[test]
fn templates() {
    check_outlines(&[
        (
            "postgresql://${DB_HOST}:5432/${DB}",
            "url postgresql datastore host=${DB_HOST} port=5432 database=${DB}",
        ),
        (
            "https://api.${var.env}.example.com/x",
            "url http service host=api.${var.env}.example.com",
        ),
        (
            "redis://{{ .Values.a | default \"b:c@d/e\" }}:6379/1",
            "url redis datastore host={{ .Values.a | default \"b:c@d/e\" }} port=6379 database=1",
        ),
        (
            "<%= ENV['X'] %>://db.uat.example.com",
            "url - service host=db.uat.example.com",
        ),
        ("$SCHEME://api.example.com", "url - service host=api.example.com"),
        (
            "mysql://$(USER):$(PASS)@$(HOST)/x-uat",
            "url mysql datastore user=$(USER) credential=$(PASS) host=$(HOST) database=x-uat",
        ),
        (
            "https://%{region}.example.com",
            "url http service host=%{region}.example.com",
        ),
        ("https://{env}.example.com", "url http service host={env}.example.com"),
    ]);
}

#[test]
fn services() {
    check_outlines(&[
        (
            "https://api.example.com/v1?env=test",
            "url http service host=api.example.com",
        ),
        (
            "http://[2001:db8::1]:8080/x",
            "url http service host=2001:db8::1 port=8080",
        ),
        ("wss://api.example.com", "url http service host=api.example.com"),
        (
            "https://api.example.com?token=a&x=b",
            "url http service host=api.example.com credential=a",
        ),
        (
            "http://search:9200",
            "url elasticsearch datastore host=search port=9200",
        ),
        ("http://cache:6379", "url http service host=cache port=6379"),
        (
            "https://a.example.com,https://b.example.com",
            "url http service host=a.example.com | url http service host=b.example.com",
        ),
        (
            "https://a.example.com https://b.example.com",
            "url http service host=a.example.com | url http service host=b.example.com",
        ),
        (
            "git::https://git.example.com/infra.git//vpc?ref=v1",
            "url http service host=git.example.com",
        ),
        (
            "ssh://git@git.example.com/shop.git",
            "url - service user=git host=git.example.com",
        ),
        ("docker://registry.example.com/shop:1", "url - resource"),
        ("file:///etc/staging/x", "url - resource"),
        ("unix:///var/run/x.sock", "url - resource"),
        ("myapp://callback", ""),
        (
            "myapp://u:p@callback",
            "url - service user=u credential=p host=callback",
        ),
        ("docker://u:p@registry.example.com/x", "url - resource credential=p"),
        (
            "grpc://api.uat.example.com:9000",
            "url - service host=api.uat.example.com port=9000",
        ),
    ]);
}

#[test]
fn paths_of_known_hosts() {
    check_outlines(&[
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-uat",
            "url http storage host=sqs.eu-west-1.amazonaws.com opaqueid=123456789012 name=orders-uat",
        ),
        (
            "http://localhost:4566/000000000000/orders",
            "url http storage host=localhost port=4566 opaqueid=000000000000 name=orders",
        ),
        (
            "https://s3.eu-west-1.amazonaws.com/shop-dev/a",
            "url s3 storage host=s3.eu-west-1.amazonaws.com name=shop-dev",
        ),
        (
            "https://shop-dev.s3.amazonaws.com/a",
            "url s3 storage host=shop-dev.s3.amazonaws.com",
        ),
        (
            "https://abc.execute-api.eu-west-1.amazonaws.com/staging/x",
            "url http service host=abc.execute-api.eu-west-1.amazonaws.com name=staging",
        ),
        (
            "https://storage.googleapis.com/shop-dev/a",
            "url http storage host=storage.googleapis.com name=shop-dev",
        ),
        (
            "https://shop.blob.core.windows.net/uploads/a",
            "url http storage host=shop.blob.core.windows.net name=uploads",
        ),
        (
            "https://shop-dev.vault.azure.net/secrets/db/1",
            "url http identity host=shop-dev.vault.azure.net secretpath=db",
        ),
        (
            "https://vault.example.com/v1/secret/data/prod",
            "url http identity host=vault.example.com secretpath=secret/data/prod",
        ),
        (
            "https://login.microsoftonline.com/0b1f6471-1bf0-4dda-aec3-111122223333/v2.0",
            "url http identity host=login.microsoftonline.com opaqueid=0b1f6471-1bf0-4dda-aec3-111122223333",
        ),
        (
            "https://sso.example.com/auth/realms/shop-uat/x",
            "url http service host=sso.example.com name=shop-uat",
        ),
        (
            "https://sqladmin.googleapis.com/v1/projects/shop/instances/main",
            "url other datastore host=sqladmin.googleapis.com name=shop name=main",
        ),
        (
            "https://hooks.slack.com/services/T0/B0/abc",
            "url http service host=hooks.slack.com credential=T0/B0/abc",
        ),
    ]);
}

#[test]
fn storage_and_secrets() {
    check_outlines(&[
        (
            "s3://shop-staging/backups/a",
            "url s3 storage name=shop-staging path=backups/a",
        ),
        ("gs://shop-staging", "url - storage name=shop-staging"),
        (
            "abfss://raw@shopuat.dfs.core.windows.net/in",
            "url - storage name=raw host=shopuat.dfs.core.windows.net path=in",
        ),
        (
            "sqs://AKIA:secret@orders",
            "url - storage credential=AKIA credential=secret name=orders",
        ),
        ("awskms:///alias/shop-dev", "url - identity secretpath=alias/shop-dev"),
        (
            "awskms:///arn:aws:kms:x:123456789012:alias/shop",
            "arn - identity opaqueid=123456789012 name=shop",
        ),
        (
            "vault:secret/data/prod/db#password",
            "url - identity secretpath=secret/data/prod/db",
        ),
        ("vault:v1:abcd/efgh==", "url - identity"),
        ("ssm:///prod/db/password", "url - identity secretpath=prod/db/password"),
        ("secretsmanager:GetSecretValue", ""),
        ("ssm:resourceTag/role", ""),
        (
            "{{resolve:secretsmanager:shop-uat}}",
            "url - identity secretpath=shop-uat",
        ),
        ("ref+awsssm://prod/db?region=x", "url - identity secretpath=prod/db"),
        (
            "optional:aws-parameterstore:/config/shop-dev",
            "url - identity secretpath=config/shop-dev",
        ),
        ("{{resolve:ssm:/uat/db:1}}", "url - identity secretpath=uat/db"),
        (
            "{{resolve:secretsmanager:prod/db:SecretString:password}}",
            "url - identity secretpath=prod/db",
        ),
        (
            "<path:secret/data/uat#key>",
            "url - identity secretpath=secret/data/uat",
        ),
        ("vault:latest", ""),
        ("duckdb:latest", ""),
    ]);
}

#[test]
fn urls_in_a_longer_text() {
    check_outlines(&[
        (
            "curl -s https://x.uat.example.com/a | sh",
            "url http service host=x.uat.example.com",
        ),
        (
            "--connect=postgres://u:p@db/x",
            "url postgresql datastore user=u credential=p host=db database=x",
        ),
        (
            "See (https://a.example.com), or https://b.example.com.",
            "url http service host=a.example.com | url http service host=b.example.com",
        ),
        (
            "{\"u\":\"mongodb://a:1,b:2/c\"}",
            "url mongodb datastore host=a port=1 host=b port=2 database=c",
        ),
        (
            "failover:(tcp://a:61616,tcp://b:61616)?x=y",
            "url other datastore host=a port=61616 | url other datastore host=b port=61616",
        ),
        (
            "configserver:http://config.uat.example.com",
            "url http service host=config.uat.example.com",
        ),
        ("no url:// here, gs:// neither", ""),
        (
            "k8s://https://api.uat.example.com:443",
            "url http service host=api.uat.example.com port=443",
        ),
        (
            "oracle://jdbc:oracle:thin:${x}@//a.example.com:1521/b",
            "jdbc oracle datastore user=${x} host=a.example.com port=1521 database=b",
        ),
        (
            "aws sns publish --topic-arn arn:aws:sns:eu-west-1:123456789012:orders-uat",
            "arn - storage opaqueid=123456789012 name=orders-uat",
        ),
    ]);
    let value = "a ${X} https://${H}.example.com/${P}";
    let found = find_urls(value);
    assert_eq!(found.len(), 1);
    assert_eq!(render(&found[0], value), "url http service host=${H}.example.com");
}
