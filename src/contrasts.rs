//! The repository's own vocabulary: atoms of values that separate production from another environment, learned from
//! aligned siblings, and production's values that nevertheless hold the other environment's atom.
//!
//! `pd` and `pp`, `10.30` and `10.20`, two account ids, `.org` and `.net`: no list of words knows them. Where a sibling
//! has `pp` and production `pd` at one key, and both have the same value with `pp` at another, that other value was
//! copied.

use crate::model::{Model, SettingId};
use crate::source::{SourceId, TextRange};
use crate::vocabulary::{EnvironmentId, Vocabulary};
use std::collections::{BTreeSet, HashMap};

/// Longer values are no references.
const LONGEST: usize = 512;

/// How many keys have to agree on an atom that is no opaque id.
const KEYS: usize = 3;

/// A value of production that equals a sibling's and holds an atom that elsewhere is only the sibling's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Production's setting.
    pub setting: SettingId,
    /// The sibling that holds the same value.
    pub sibling: SettingId,
    /// Its environment.
    pub other: EnvironmentId,
    /// The atom that is the other environment's.
    pub theirs: String,
    /// What production says in its place elsewhere.
    pub ours: String,
    /// A place where the two differ: production's, and the sibling's.
    pub witness: (SettingId, SettingId),
    /// In how many keys they differ so.
    pub keys: usize,
}

/// What was learned of one atom of another environment.
#[derive(Debug, Default)]
struct Learned {
    /// Production's counterparts, with the keys where they were seen.
    ours: HashMap<String, BTreeSet<u64>>,
    witness: Option<(SettingId, SettingId)>,
}

/// A setting of production with a sibling whose value is the same, or at least as long and no witness itself.
struct Equal {
    setting: SettingId,
    sibling: SettingId,
    other: EnvironmentId,
    /// Whether every other environment has the value too.
    by_all: bool,
}

/// Every value of production that holds another environment's learned atom.
pub fn copied(model: &Model<'_>) -> Vec<Copied> {
    let mut learned: HashMap<(EnvironmentId, String), Learned> = HashMap::new();
    let mut equal = Vec::new();
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        if !may_contrast(model, source) {
            continue;
        }
        for (entry, scalar) in read.document.scalars() {
            let setting = SettingId { source, entry };
            let value = scalar.range.slice(&read.source.text);
            let production = model
                .environment(setting)
                .is_some_and(|id| model.vocabulary.is_production(id));
            if production && is_candidate(value) && !model.is_holder(setting) {
                align(model, setting, value, &mut learned, &mut equal);
            }
        }
    }
    let mut counts: HashMap<(EnvironmentId, &str), usize> = HashMap::new();
    let found: Vec<(&Equal, &str)> = equal
        .iter()
        .filter_map(|equal| known_atom(model, equal, &learned).map(|atom| (equal, atom)))
        .collect();
    for (equal, atom) in &found {
        *counts.entry((equal.other, atom)).or_default() += 1;
    }
    found
        .iter()
        .filter_map(|(equal, atom)| {
            let known = learned.get(&(equal.other, (*atom).to_owned()))?;
            let (ours, keys) = known
                .ours
                .iter()
                .max_by_key(|(atom, keys)| (keys.len(), atom.as_str()))?;
            // Where production holds it more often than not, it is shared.
            let outnumbered = counts
                .get(&(equal.other, *atom))
                .is_some_and(|count| *count > keys.len().max(1));
            (!outnumbered).then(|| Copied {
                setting: equal.setting,
                sibling: equal.sibling,
                other: equal.other,
                theirs: (*atom).to_owned(),
                ours: ours.clone(),
                witness: known.witness.unwrap_or((equal.setting, equal.sibling)),
                keys: keys.len(),
            })
        })
        .collect()
}

/// Whether a source has siblings of other environments at all, in files or in its own keys.
fn may_contrast(model: &Model<'_>, source: SourceId) -> bool {
    let Some(environments) = model.environments.get(source.0 as usize) else {
        return false;
    };
    let production = environments
        .iter()
        .flatten()
        .any(|id| model.vocabulary.is_production(*id));
    let own = environments
        .iter()
        .flatten()
        .any(|id| !model.vocabulary.is_production(*id));
    production && (own || model.group_members(source).len() > 1)
}

/// Whether a value may be a reference: one word with a border in it, or an opaque id.
fn is_candidate(value: &str) -> bool {
    let bytes = value.as_bytes();
    (6..=LONGEST).contains(&bytes.len())
        && !bytes
            .iter()
            .any(|byte| matches!(byte, b' ' | b'\n' | b'<' | b'%' | b'*'))
        && (bytes
            .iter()
            .any(|byte| matches!(byte, b'.' | b'-' | b'_' | b'/' | b':'))
            || is_opaque(value))
        && bytes.iter().any(u8::is_ascii_alphanumeric)
}

fn align(
    model: &Model<'_>,
    setting: SettingId,
    value: &str,
    learned: &mut HashMap<(EnvironmentId, String), Learned>,
    equal: &mut Vec<Equal>,
) {
    let siblings = model.siblings(setting);
    if !siblings.peers.is_empty() {
        return;
    }
    let raw = |id: SettingId| {
        let read = model.read(id.source)?;
        read.document
            .scalar(id.entry)
            .map(|scalar| scalar.range.slice(&read.source.text))
    };
    let others: Vec<(EnvironmentId, SettingId)> = siblings
        .others
        .iter()
        .filter(|(other, _)| !model.vocabulary.is_production(**other))
        .filter_map(|(other, settings)| {
            if let [only] = settings.as_slice() {
                Some((*other, *only))
            } else {
                None
            }
        })
        .collect();
    let same = others
        .iter()
        .filter(|(_, sibling)| raw(*sibling) == Some(value))
        .count();
    for (other, sibling) in &others {
        let Some(theirs) = raw(*sibling) else { continue };
        if theirs == value {
            let by_all = same == others.len() && others.len() > 1;
            equal.push(Equal {
                setting,
                sibling: *sibling,
                other: *other,
                by_all,
            });
        } else if shared_opaque(theirs, value) {
            // The name was adapted, the id was not: `111111111111:role/shop-production`.
            equal.push(Equal {
                setting,
                sibling: *sibling,
                other: *other,
                by_all: false,
            });
        } else if is_candidate(theirs)
            && let Some((their_atom, our_atom)) = difference(theirs, value, &model.vocabulary)
            && model.vocabulary.find(their_atom).is_empty()
        {
            let address = model
                .read(setting.source)
                .map_or(0, |read| read.document.address(setting.entry));
            let known = learned.entry((*other, their_atom.to_owned())).or_default();
            known.ours.entry(our_atom.to_owned()).or_default().insert(address);
            known.witness.get_or_insert((setting, *sibling));
        }
    }
}

/// The learned atom of an equal value, if it has one that is nobody else's.
fn known_atom<'m>(
    model: &'m Model<'_>,
    equal: &Equal,
    learned: &HashMap<(EnvironmentId, String), Learned>,
) -> Option<&'m str> {
    if equal.by_all {
        return None;
    }
    let read = model.read(equal.setting.source)?;
    let value = read
        .document
        .scalar(equal.setting.entry)?
        .range
        .slice(&read.source.text);
    atoms(value).into_iter().find(|atom| {
        let known = learned.get(&(equal.other, (*atom).to_owned()));
        known.is_some_and(|known| {
            // One counterpart alone, or the atom says nothing about environments.
            let [keys] = known.ours.values().collect::<Vec<_>>()[..] else {
                return false;
            };
            keys.len() >= if is_opaque(atom) { 1 } else { KEYS }
        })
    })
}

/// Whether two values that differ hold the same opaque id.
fn shared_opaque(theirs: &str, ours: &str) -> bool {
    let ours = atoms(ours);
    atoms(theirs).iter().any(|atom| is_opaque(atom) && ours.contains(atom))
}

/// The atoms in which two values differ, where they are the same otherwise, but for words that name environments.
fn difference<'a>(theirs: &'a str, ours: &'a str, vocabulary: &Vocabulary) -> Option<(&'a str, &'a str)> {
    let (theirs, ours) = (atoms(theirs), atoms(ours));
    if theirs.len() != ours.len() {
        return None;
    }
    let is_word = |pair: (&str, &str)| vocabulary.exact(pair.0).is_some() && vocabulary.exact(pair.1).is_some();
    let mut differing = theirs.into_iter().zip(ours).filter(|(a, b)| a != b);
    let mut first = differing.next()?;
    for pair in differing.filter(|pair| !is_word(*pair)) {
        // Beside a name that was adapted, only an id that does not speak is certain.
        if is_word(first) && is_opaque(pair.0) && is_opaque(pair.1) {
            first = pair;
        } else if pair != first {
            return None;
        }
    }
    let speaks =
        |atom: &str| is_opaque(atom) || (atom.len() <= 16 && atom.bytes().any(|byte| byte.is_ascii_alphabetic()));
    (speaks(first.0) && speaks(first.1)).then_some(first)
}

/// What separators cut a value into; an address's network, a GUID and a cloud id stay whole.
fn atoms(value: &str) -> Vec<&str> {
    let mut atoms = Vec::new();
    for word in value.split(['/', ':', '@', ',', ';', '=', '?', '&']) {
        if let Some(network) = private_network(word) {
            atoms.push(network);
            atoms.extend(word.get(network.len()..));
        } else if is_opaque(word) {
            atoms.push(word);
        } else {
            atoms.extend(word.split(['.', '-', '_']));
        }
    }
    atoms
}

/// The first two octets of a private IPv4 address.
fn private_network(word: &str) -> Option<&str> {
    let address: std::net::Ipv4Addr = word.parse().ok()?;
    let dots: Vec<usize> = word.match_indices('.').map(|(at, _)| at).collect();
    address
        .is_private()
        .then(|| dots.get(1).and_then(|dot| word.get(..*dot)))?
}

/// Whether an atom is an id that does not speak: an account, a GUID, a cloud resource, a private network.
pub fn is_opaque(atom: &str) -> bool {
    let bytes = atom.as_bytes();
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let account = bytes.len() == 12 && bytes.iter().all(u8::is_ascii_digit);
    let guid =
        bytes.len() == 36 && atom.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && atom.split('-').all(hexadecimal);
    let network = || {
        let (first, second) = atom.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(first) && digits(second)).then_some(())
    };
    account || guid || is_cloud_resource(atom) || network().is_some()
}

/// Whether a value is the id of a network, volume or instance: `vpc-0a1b2c3d`.
pub fn is_cloud_resource(value: &str) -> bool {
    value.split_once('-').is_some_and(|(kind, id)| {
        let known = matches!(
            kind,
            "vpc" | "subnet" | "sg" | "vol" | "rtb" | "igw" | "eni" | "tgw" | "fs" | "i" | "eipalloc" | "acl"
        );
        known && matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let cases = [
            ("db-pp-1.corp.net", "db-pd-1.corp.net", Some(("pp", "pd"))),
            ("10.20.1.7:6379", "10.30.1.7:6379", Some(("10.20", "10.30"))),
            (
                "arn:aws:sns:eu-west-1:111111111111:mail",
                "arn:aws:sns:eu-west-1:222222222222:mail",
                Some(("111111111111", "222222222222")),
            ),
            ("pp-db.pp.corp.net", "pd-db.pd.corp.net", Some(("pp", "pd"))),
            ("a-pp.x.net", "b-pd.x.net", None),
            ("shop-3", "shop-4", None),
            (
                "arn:aws:sns:eu-west-1:111111111111:dev/mail",
                "arn:aws:sns:eu-west-1:222222222222:prod/mail",
                Some(("111111111111", "222222222222")),
            ),
            ("dev.pp.corp.net", "prod.pd.corp.net", None),
            (
                "111111111111.dev.a",
                "222222222222.prod.a",
                Some(("111111111111", "222222222222")),
            ),
            ("vpc-0a1b2c3d", "vpc-4e5f6a7b", Some(("vpc-0a1b2c3d", "vpc-4e5f6a7b"))),
        ];
        for (theirs, ours, expected) in cases {
            assert_eq!(difference(theirs, ours, &Vocabulary::default()), expected, "{theirs}");
        }
    }
}
