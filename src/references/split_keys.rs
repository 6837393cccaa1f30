//! Endpoints that are written as several keys: `DB_HOST`, `DB_PORT`, `DB_NAME`, or `redis: {host, port}`.

use super::keys::{Lexicon, Word, qualifiers, subject, trail};
use super::{Class, Engine};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The members of a map that are one endpoint together. Indexes are those given to [`join`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SplitEndpoint {
    /// The software, where a name says so.
    pub engine: Option<Engine>,
    /// The member with the host.
    pub host: Option<usize>,
    /// The member with the port.
    pub port: Option<usize>,
    /// The member with the database's name.
    pub database: Option<usize>,
    /// The member with the user.
    pub user: Option<usize>,
}

/// Joins the members (key path, index) of a map that belong to one datastore: those whose names differ only in what
/// they are of it. In the order of their first member.
pub fn join(members: &[(&[&str], usize)]) -> Vec<SplitEndpoint> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut databases = Vec::new();
    for &(path, index) in members {
        let trail = trail(path);
        let skip = qualifiers(&trail, 0);
        let Some((row, length, from)) = part(&trail, 0).or_else(|| part(&trail, skip)) else {
            continue;
        };
        let Some(&(_, part, engine, _)) = PARTS.get(row) else {
            continue;
        };
        let found = Member {
            index,
            part,
            engine,
            is_datastore: is_datastore(&trail, from, length),
        };
        let name = name_of(&trail, from, length);
        if part == Part::Database {
            databases.push((name, trail, from, found));
        } else {
            add(&mut groups, &mut by_name, name, found);
        }
    }
    // `db_name` belongs to `db_host` if there is one, else to the `host` beside it.
    for (name, trail, from, member) in databases {
        let shorter = DATABASE_PREFIXES.ending_at(trail.get(from + 1..).unwrap_or(&[])).next();
        let beside = shorter.map(|(_, length)| name_of(&trail, from, 1 + length));
        let name = match beside {
            Some(beside) if !has_host(&groups, &by_name, &name) && has_host(&groups, &by_name, &beside) => beside,
            _ => name,
        };
        add(&mut groups, &mut by_name, name, member);
    }
    groups.sort_by_key(|group| group.first);
    groups.into_iter().filter_map(Group::endpoint).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Port,
    Database,
    User,
}

use Part::{Database, Host, Port, User};

/// What a name ends with, what that is of an endpoint, the software that it tells, and whether a datastore must be named
/// before it.
const PARTS: &[(&str, Part, Option<Engine>, bool)] = &[
    ("host", Host, None, false),
    ("hostname", Host, None, false),
    ("host name", Host, None, false),
    ("hostaddr", Host, None, false),
    ("server", Host, None, false),
    ("servername", Host, None, false),
    ("server name", Host, None, false),
    ("address", Host, None, true),
    ("addr", Host, None, true),
    ("endpoint", Host, None, true),
    ("ip", Host, None, true),
    ("dbhost", Host, None, false),
    ("dbserver", Host, None, false),
    ("pghost", Host, Some(Engine::Postgresql), false),
    ("pghostaddr", Host, Some(Engine::Postgresql), false),
    ("port", Port, None, false),
    ("port number", Port, None, false),
    ("dbport", Port, None, false),
    ("pgport", Port, Some(Engine::Postgresql), false),
    ("database", Database, None, false),
    ("databasename", Database, None, false),
    ("db", Database, None, false),
    ("dbname", Database, None, false),
    ("name", Database, None, true),
    ("schema", Database, None, true),
    ("sid", Database, None, true),
    ("vhost", Database, Some(Engine::Rabbitmq), false),
    ("virtual host", Database, Some(Engine::Rabbitmq), false),
    ("keyspace", Database, None, false),
    ("pgdatabase", Database, Some(Engine::Postgresql), false),
    ("user", User, None, false),
    ("username", User, None, false),
    ("user name", User, None, false),
    ("login", User, None, false),
    ("dbuser", User, None, false),
    ("dbusername", User, None, false),
    ("pguser", User, Some(Engine::Postgresql), false),
];

static PART_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(PARTS.iter().map(|row| row.0)));
static DATABASE_PREFIXES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(["db", "database"].into_iter()));

struct Member {
    index: usize,
    part: Part,
    engine: Option<Engine>,
    is_datastore: bool,
}

/// The members that share a name.
struct Group {
    first: usize,
    is_datastore: bool,
    found: SplitEndpoint,
}

impl Group {
    /// The first member of each kind counts.
    fn add(&mut self, member: Member) {
        let slot = match member.part {
            Host => &mut self.found.host,
            Port => &mut self.found.port,
            Database => &mut self.found.database,
            User => &mut self.found.user,
        };
        slot.get_or_insert(member.index);
        self.first = self.first.min(member.index);
        self.is_datastore |= member.is_datastore || member.part == Database || member.engine.is_some();
        self.found.engine = self.found.engine.or(member.engine);
    }

    /// A host or database of a datastore, with at least one more member.
    fn endpoint(self) -> Option<SplitEndpoint> {
        let SplitEndpoint {
            host,
            port,
            database,
            user,
            ..
        } = self.found;
        let members = [host, port, database, user].into_iter().flatten().count();
        (self.is_datastore && members >= 2 && (host.is_some() || database.is_some())).then_some(self.found)
    }
}

fn add(groups: &mut Vec<Group>, by_name: &mut HashMap<String, usize>, name: Name, member: Member) {
    let at = *by_name.entry(name.text).or_insert(groups.len());
    if at == groups.len() {
        groups.push(Group {
            first: usize::MAX,
            is_datastore: false,
            found: SplitEndpoint {
                engine: name.engine,
                ..SplitEndpoint::default()
            },
        });
    }
    if let Some(group) = groups.get_mut(at) {
        group.add(member);
    }
}

fn has_host(groups: &[Group], by_name: &HashMap<String, usize>, name: &Name) -> bool {
    let group = by_name.get(&name.text).and_then(|&at| groups.get(at));
    group.is_some_and(|group| group.found.host.is_some())
}

/// The row of the part that the words from `from` on end with, its length, and `from`.
fn part(trail: &[Word<'_>], from: usize) -> Option<(usize, usize, usize)> {
    let words = trail.get(from..)?;
    PART_WORDS
        .ending_at(words)
        .find(|&(row, length)| {
            let needs_datastore = PARTS.get(row).is_some_and(|row| row.3);
            let before = from + length;
            let after = trail.get(before + qualifiers(trail, before));
            let near = after.map_or(0, |word| word.depth);
            !needs_datastore
                || subject(trail, from + length, near).is_some_and(|subject| subject.class == Class::Datastore)
        })
        .map(|(row, length)| (row, length, from))
}

/// Whether the names around the part at `from` speak of a datastore.
fn is_datastore(trail: &[Word<'_>], from: usize, length: usize) -> bool {
    const NEAR: u8 = 2;
    subject(trail, from + length, NEAR).is_some_and(|subject| subject.class == Class::Datastore)
}

/// What the members of one endpoint have in common.
struct Name {
    text: String,
    engine: Option<Engine>,
}

/// The words of a path without the part at `from`: those before it and the qualifiers after it.
fn name_of(trail: &[Word<'_>], from: usize, length: usize) -> Name {
    let before = trail.get(from + length..).unwrap_or(&[]);
    let after = trail.get(..from).unwrap_or(&[]);
    let mut text = String::with_capacity(32);
    let words = |words: &[Word<'_>], text: &mut String| {
        for word in words.iter().rev() {
            text.extend(word.text.chars().map(|character| character.to_ascii_lowercase()));
            text.push(' ');
        }
    };
    words(before, &mut text);
    text.push_str("* ");
    words(after, &mut text);
    Name {
        text,
        engine: subject(trail, from + length, u8::MAX)
            .filter(|subject| subject.class == Class::Datastore)
            .and_then(|subject| subject.engine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Engine::*;

    /// Joins the keys; members as their positions, `-` where there is none: `engine host port database user`.
    fn joined(keys: &str) -> String {
        let paths: Vec<Vec<&str>> = keys.split(", ").map(|key| key.split(" > ").collect()).collect();
        let members: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(index, path)| (path.as_slice(), index))
            .collect();
        let show = |index: Option<usize>| index.map_or("-".to_owned(), |index| index.to_string());
        let found = join(&members).into_iter().map(|found| {
            let engine = found.engine.map_or("-".to_owned(), |engine| format!("{engine:?}"));
            let parts = [found.host, found.port, found.database, found.user].map(show);
            format!("{engine} {}", parts.join(" "))
        });
        found.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn keys_that_are_one_endpoint() {
        let cases = [
            ("DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD", "- 0 1 2 3"),
            ("dbHost, dbPort, dbName, dbUser", "- 0 1 2 3"),
            ("db.host, db.port, db.name", "- 0 1 2 -"),
            ("db-host, db-name", "- 0 - 1 -"),
            ("Database:Host, Database:Name", "- 0 - 1 -"),
            ("Database__Host, Database__Name", "- 0 - 1 -"),
            ("POSTGRES_HOST, POSTGRES_DB, POSTGRES_USER", "Postgresql 0 - 1 2"),
            ("PGHOST, PGPORT, PGDATABASE, PGUSER", "Postgresql 0 1 2 3"),
            ("MYSQL_HOST, MYSQL_DATABASE", "Mysql 0 - 1 -"),
            ("REDIS_HOST, REDIS_PORT", "Redis 0 1 - -"),
            ("spring.redis.host, spring.redis.port", "Redis 0 1 - -"),
            ("redis > host, redis > port", "Redis 0 1 - -"),
            (
                "database > host, database > name, database > port, database > user",
                "- 0 2 1 3",
            ),
            ("app > host, app > port, app > database", "- 0 1 2 -"),
            ("host, port, dbname, user", "- 0 1 2 3"),
            ("host, db_name, username", "- 0 - 1 2"),
            ("DB_SERVER, DB_DATABASE_NAME", "- 0 - 1 -"),
            ("DATABASES > default > HOST, DATABASES > default > NAME", "- 0 - 1 -"),
            (
                "DB_HOST_STAGING, DB_NAME_STAGING, DB_HOST_PROD, DB_NAME_PROD",
                "- 0 - 1 -, - 2 - 3 -",
            ),
            ("DB1_HOST, DB1_NAME, DB2_HOST, DB2_NAME", "- 0 - 1 -, Db2 2 - 3 -"),
            ("oracle-db-hostname-a, oracle-db-name", ""),
            ("DB_HOST, REDIS_HOST, REDIS_PORT, DB_NAME", "- 0 - 3 -, Redis 1 2 - -"),
            ("DB_NAME, DB_USER", "- - - 0 1"),
            ("RABBITMQ_HOST, RABBITMQ_VHOST, RABBITMQ_USERNAME", "Rabbitmq 0 - 1 2"),
            ("host, port", ""),
            ("service > host, service > port, service > name", ""),
            ("smtp > host, smtp > port, smtp > user", ""),
            ("DB_HOST", ""),
            ("DB_HOST, DB_HOSTNAME", ""),
            ("DB_PORT, DB_USER", ""),
            ("ingress > host, ingress > port", ""),
            ("name, user", ""),
            ("", ""),
        ];
        for (keys, expected) in cases {
            assert_eq!(joined(keys), expected, "{keys}");
        }
    }

    #[test]
    fn engines_are_told_by_names() {
        assert_eq!(
            joined("cache > redis > host, cache > redis > port"),
            format!("{Redis:?} 0 1 - -")
        );
    }

    #[test]
    fn many_members_stay_cheap() {
        let names: Vec<_> = (0..20_000)
            .map(|index| format!("DB{index}_{}", ["HOST", "NAME"][index % 2]))
            .collect();
        let paths: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
        let members: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(index, path)| (&path[..], index))
            .collect();
        assert_eq!(join(&members), []);
    }
}
