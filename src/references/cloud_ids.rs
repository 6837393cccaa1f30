//! Names that clouds give to resources: Amazon's, uniform resource names, ids that do not speak, paths of secrets.

use super::builder::{Builder, cut};
use super::templates::{MASK, is_all_masked, is_masked};
use super::{Class, Engine, Reference, Role, names};
use crate::source::TextRange;

/// Services of Amazon, with what their resources are.
const SERVICES: &[(&str, Class, Option<Engine>)] = &[
    ("rds", Class::Datastore, None),
    ("rds-db", Class::Datastore, None),
    ("elasticache", Class::Datastore, None),
    ("memorydb", Class::Datastore, Some(Engine::Redis)),
    ("kafka", Class::Datastore, Some(Engine::Kafka)),
    ("es", Class::Datastore, Some(Engine::Elasticsearch)),
    ("aoss", Class::Datastore, Some(Engine::Elasticsearch)),
    ("redshift", Class::Datastore, Some(Engine::Redshift)),
    ("redshift-serverless", Class::Datastore, Some(Engine::Redshift)),
    ("mq", Class::Datastore, None),
    ("neptune-db", Class::Datastore, None),
    ("cassandra", Class::Datastore, Some(Engine::Cassandra)),
    ("timestream", Class::Datastore, None),
    ("dynamodb", Class::Storage, None),
    ("s3", Class::Storage, Some(Engine::S3)),
    ("s3-object-lambda", Class::Storage, Some(Engine::S3)),
    ("sqs", Class::Storage, None),
    ("sns", Class::Storage, None),
    ("kinesis", Class::Storage, None),
    ("firehose", Class::Storage, None),
    ("elasticfilesystem", Class::Storage, None),
    ("backup", Class::Storage, None),
    ("glue", Class::Storage, None),
    ("events", Class::Storage, None),
    ("ecr", Class::Storage, None),
    ("secretsmanager", Class::Identity, None),
    ("ssm", Class::Identity, None),
    ("kms", Class::Identity, None),
    ("iam", Class::Identity, None),
    ("sts", Class::Identity, None),
    ("acm", Class::Identity, None),
    ("acm-pca", Class::Identity, None),
    ("cognito-idp", Class::Identity, None),
    ("organizations", Class::Account, None),
    ("eks", Class::Account, None),
    ("ecs", Class::Account, None),
    ("ec2", Class::Account, None),
];

/// Prefixes of Amazon's ids, with what they name.
const AWS_IDS: &[(&str, Class)] = &[
    ("vol", Class::Storage),
    ("snap", Class::Storage),
    ("fs", Class::Storage),
    ("fsap", Class::Storage),
    ("vpc", Class::Account),
    ("subnet", Class::Account),
    ("sg", Class::Account),
    ("eni", Class::Account),
    ("rtb", Class::Account),
    ("igw", Class::Account),
    ("nat", Class::Account),
    ("tgw", Class::Account),
    ("tgw-attach", Class::Account),
    ("vpce", Class::Account),
    ("pcx", Class::Account),
    ("pl", Class::Account),
    ("acl", Class::Account),
    ("eipalloc", Class::Account),
    ("i", Class::Resource),
    ("lt", Class::Resource),
    ("mi", Class::Resource),
];

/// Reads a value that is an Amazon resource name or a list of them.
pub fn read_arns(value: &str) -> Option<Vec<Reference>> {
    if !value.starts_with("arn:") {
        return None;
    }
    let separators = |character: char| matches!(character, ',' | ';') || character.is_whitespace();
    let items = value.split(separators).filter(|item| !item.is_empty());
    items.map(|item| read_arn(value, item)).collect()
}

/// Reads one Amazon resource name that stands in a text.
pub(super) fn read_arn(text: &str, arn: &str) -> Option<Reference> {
    let mut fields = arn.strip_prefix("arn:")?.splitn(5, ':');
    let (_partition, service) = (fields.next()?, fields.next()?);
    let (_region, account, resource) = (fields.next()?, fields.next()?, fields.next()?);
    let row = SERVICES.iter().find(|row| row.0 == service);
    let (class, engine) = row.map_or((Class::Resource, None), |row| (row.1, row.2));
    let mut builder = Builder::new(text, "arn", class, engine);
    if is_account(account) || is_masked(account) {
        builder.part(Role::OpaqueId, account);
    }
    match service {
        "s3" => {
            let (bucket, path) = resource.split_once('/').unwrap_or((resource, ""));
            builder.part(Role::Name, bucket);
            builder.part(Role::Path, path.trim_end_matches('*').trim_end_matches('/'));
        }
        "ssm" | "secretsmanager" => {
            let path = resource
                .strip_prefix("secret:")
                .or_else(|| resource.strip_prefix("parameter/"));
            // The fields behind the name pick a version and a key.
            builder.part(
                Role::SecretPath,
                path.unwrap_or(resource).split(':').next().unwrap_or(""),
            );
        }
        _ => segments(&mut builder, resource),
    }
    Some(builder.done())
}

/// The names in the resource of an ARN; its first segment, where there are several, is a type.
fn segments(builder: &mut Builder<'_>, resource: &str) {
    let mut first = true;
    for segment in resource.split(['/', ':']) {
        let is_type = first && segment.len() < resource.len() && !is_masked(segment);
        first = false;
        if is_type || matches!(segment, "*" | "root" | "") {
            continue;
        }
        let role = if opaque(segment).is_some() {
            Role::OpaqueId
        } else {
            Role::Name
        };
        builder.part(role, segment);
    }
}

/// Reads ids such as `vol-0a1b2c3d4e5f60718`, alone or in a list.
pub fn read_aws_ids(value: &str) -> Option<Vec<Reference>> {
    // The longest prefix and a dash: anything else is told by its first bytes.
    if !cut(value.get(..value.len().min(12))?, &['-']).1.starts_with('-') {
        return None;
    }
    let separators = |character: char| matches!(character, ',' | ';') || character.is_whitespace();
    let items = value.split(separators).filter(|item| !item.is_empty());
    let read = |item| {
        let class = aws_id(item)?;
        let mut builder = Builder::new(value, "aws-id", class, None);
        builder.part(Role::OpaqueId, item);
        Some(builder.done())
    };
    items.map(read).collect()
}

fn aws_id(item: &str) -> Option<Class> {
    let (prefix, digits) = item.rsplit_once('-')?;
    let is_id = matches!(digits.len(), 8 | 17)
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    let row = AWS_IDS.iter().find(|row| row.0 == prefix)?;
    is_id.then_some(row.1)
}

/// Reads `urn:pulumi:stack::project::type::name` and the like. Names of standards point at nothing.
pub fn read_urn(value: &str) -> Option<Vec<Reference>> {
    const STANDARDS: &[&str] = &[
        "oasis",
        "ietf",
        "uuid",
        "isbn",
        "iso",
        "oid",
        "w3",
        "schemas-microsoft-com",
        "schemas-upnp-org",
        "mace",
        "nhs",
    ];
    let rest = value.strip_prefix("urn:")?;
    if rest.contains(char::is_whitespace) || !rest.contains(':') {
        return None;
    }
    let (namespace, names) = rest.split_once(':')?;
    if STANDARDS.contains(&namespace) || namespace.starts_with("schemas") {
        return Some(Vec::new());
    }
    let mut builder = Builder::new(value, "urn", Class::Resource, None);
    for segment in names.split([':', '/']) {
        let role = if opaque(segment).is_some() {
            Role::OpaqueId
        } else {
            Role::Name
        };
        builder.part(role, segment);
    }
    Some(vec![builder.done()])
}

/// The range of an id that does not speak, where the value is one: a GUID or an account's twelve digits. Whether it counts
/// is for the key to say.
pub fn opaque(value: &str) -> Option<TextRange> {
    let trimmed = value.trim().trim_matches(['{', '}']);
    let is_id = is_account(trimmed) || is_guid(trimmed);
    is_id.then(|| super::range_in(value, trimmed)).flatten()
}

/// Whether a text is an Amazon account id.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Reads a path of a vault or parameter store, `secret/data/prod/db#field` or `/prod/app/db/password`, where the key says
/// that the value is the name of a secret.
pub fn secret_path(value: &str) -> Option<Reference> {
    const DIRECTORIES: &[&str] = &[
        "etc", "var", "usr", "opt", "home", "tmp", "mnt", "run", "root", "srv", "app", "proc", "dev", "bin", "lib",
    ];
    let masked = super::templates::mask(value);
    let trimmed = masked.trim();
    let (path, _) = cut(trimmed, &['#', '?']);
    let allowed = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '/' | '_' | '-' | '.' | ':' | '@' | '+' | '=' | MASK)
    };
    let mut segments = path.trim_matches('/').split('/');
    let first = segments.clone().next().unwrap_or("");
    let is_file = path.starts_with('/') && DIRECTORIES.contains(&first)
        || matches!(first, "." | ".." | "~")
        || names::ends_like_file(path);
    if !path.chars().all(allowed)
        || segments.clone().count() < 2
        || segments.any(str::is_empty)
        || is_file
        || path.contains("://")
    {
        return None;
    }
    if path
        .split('/')
        .all(|segment| segment.is_empty() || is_all_masked(segment))
    {
        return None;
    }
    let mut builder = Builder::new(&masked, "secret-path", Class::Identity, None);
    builder.part(Role::SecretPath, path);
    Some(builder.done())
}

#[cfg(test)]
mod tests {
    use super::{opaque, secret_path};
    use crate::references::{check_outlines, render};

    #[test]
    fn amazon_resource_names() {
        check_outlines(&[
            (
                "arn:aws:rds:eu-west-1:123456789012:db:orders-uat",
                "arn - datastore opaqueid=123456789012 name=orders-uat",
            ),
            (
                "arn:aws:s3:::shop-staging/a/*",
                "arn s3 storage name=shop-staging path=a",
            ),
            (
                "arn:aws:sqs:eu-west-1:123456789012:orders",
                "arn - storage opaqueid=123456789012 name=orders",
            ),
            (
                "arn:aws-cn:dynamodb:x:123456789012:table/Orders/index/y",
                "arn - storage opaqueid=123456789012 name=Orders name=index name=y",
            ),
            (
                "arn:aws:iam::123456789012:role/deploy-dev",
                "arn - identity opaqueid=123456789012 name=deploy-dev",
            ),
            ("arn:aws:iam::123456789012:root", "arn - identity opaqueid=123456789012"),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db",
                "arn - identity opaqueid=123456789012 secretpath=prod/db",
            ),
            (
                "arn:aws:secretsmanager:x:123456789012:secret:prod/db-AbCdEf:user::",
                "arn - identity opaqueid=123456789012 secretpath=prod/db-AbCdEf",
            ),
            (
                "arn:aws:kms:x:123456789012:key/0b1f6471-1bf0-4dda-aec3-111122223333",
                "arn - identity opaqueid=123456789012 opaqueid=0b1f6471-1bf0-4dda-aec3-111122223333",
            ),
            (
                "arn:${AWS::Partition}:kafka:x:${AWS::AccountId}:cluster/events/*",
                "arn kafka datastore opaqueid=${AWS::AccountId} name=events",
            ),
            (
                "arn:aws:s3:::a, arn:aws:s3:::b",
                "arn s3 storage name=a | arn s3 storage name=b",
            ),
        ]);
    }

    #[test]
    fn other_ids() {
        check_outlines(&[
            (
                "vol-0a1b2c3d4e5f60718",
                "aws-id - storage opaqueid=vol-0a1b2c3d4e5f60718",
            ),
            (
                "subnet-0a1b2c3d, subnet-0a1b2c3e",
                "aws-id - account opaqueid=subnet-0a1b2c3d | aws-id - account opaqueid=subnet-0a1b2c3e",
            ),
            ("tgw-attach-0a1b2c3d", "aws-id - account opaqueid=tgw-attach-0a1b2c3d"),
            ("ami-0a1b2c3d4e5f60718", ""),
            ("i-deadline", ""),
            (
                "urn:pulumi:dev::shop::aws:rds/cluster:Cluster::main",
                "urn - resource name=dev name=shop name=aws name=rds name=cluster name=Cluster name=main",
            ),
            ("urn:oasis:names:tc:SAML:2.0:attrname-format:uri", ""),
        ]);
    }

    #[test]
    fn values_that_a_key_explains() {
        for (value, expected) in [
            (
                "0b1f6471-1bf0-4dda-aec3-111122223333",
                "0b1f6471-1bf0-4dda-aec3-111122223333",
            ),
            (
                " {0B1F6471-1BF0-4DDA-AEC3-111122223333}",
                "0B1F6471-1BF0-4DDA-AEC3-111122223333",
            ),
            ("123456789012", "123456789012"),
            ("12345678901", ""),
            ("0b1f6471x1bf0-4dda-aec3-111122223333", ""),
        ] {
            assert_eq!(opaque(value).map_or("", |range| range.slice(value)), expected);
        }
        for (value, expected) in [
            (
                "secret/data/prod/db#password",
                "secret-path - identity secretpath=secret/data/prod/db",
            ),
            ("/staging/app/db", "secret-path - identity secretpath=/staging/app/db"),
            ("kv/${ENV}/x", "secret-path - identity secretpath=kv/${ENV}/x"),
            ("/etc/ssl/server", ""),
            ("certs/server.pem", ""),
            ("one", ""),
            ("a//b", ""),
            ("two words/x", ""),
            ("https://example.com/x", ""),
            ("${A}/${B}", ""),
        ] {
            let found = secret_path(value).map_or(String::new(), |reference| render(&reference, value));
            assert_eq!(found, expected, "{value}");
        }
    }
}
