//! What the names of a key path say about the value: the tables are in `names`, `flags`, `subjects` and `contexts`.

mod contexts;
mod flags;
mod names;
mod subjects;
mod words;

use super::{Class, Engine, Role};
use flags::FLAGS;
use names::{CONTAINERS, NAMES, NOT_IN_CONTAINERS, Of, QUALIFIERS};
use std::sync::LazyLock;
use subjects::{SUBJECTS, Subject};

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
mod tests;
