//! Crossings: settings of one environment whose value names another, with the evidence for and against a fault.

mod excuses;
mod expected;
mod lists;
mod names;
mod parts;

use crate::formats::EntryId;
use crate::layers::{self, Inherited};
use crate::model::{Model, SettingId, Siblings};
use crate::pointers::{PointedPart, Pointer};
use crate::references::{Class, Engine, Role, vault};
use crate::settings::{On, Read, Word};
use crate::shown::Shown;
use crate::source::{Span, TextRange};
use crate::vocabulary::{EnvironmentId, Hit, Strength};
pub use excuses::Excuse;
use excuses::excuse;
use expected::expected;
use memchr::memmem::Finder;
use names::Names;
use parts::part_of;

/// A setting of one environment whose value names another.
#[derive(Debug)]
pub struct Crossing {
    /// The setting.
    pub setting: SettingId,
    /// The environment that it speaks for.
    pub environment: EnvironmentId,
    /// The environment that its value names.
    pub named: EnvironmentId,
    /// The part of the value that names it.
    pub at: Span,
    /// The text of that part.
    pub text: Shown,
    /// The part's text with the word replaced by this environment's own, where the word for it is known.
    pub expected: Option<Shown>,
    /// What the part says.
    pub role: Role,
    /// What kind of thing it belongs to.
    pub class: Class,
    /// The software behind it.
    pub engine: Option<Engine>,
    /// Whether the value is an address or the key says what it is.
    pub recognised: bool,
    /// How the word is written.
    pub strength: Strength,
    /// Siblings of the environment named that hold the same value.
    pub equal: Vec<SettingId>,
    /// The siblings of other environments that do not hold the same value.
    pub different: Vec<SettingId>,
    /// Whether the environment's own claim is corroborated by a sibling.
    pub corroborated: bool,
    /// Whether a sibling, here or in the same file of another environment, stands for the environment named.
    pub named_has_sibling: bool,
    /// How the environment comes by a setting that is not its own.
    pub inherited: Option<Inherited>,
    /// Why the word may stand there on purpose.
    pub excuse: Option<Excuse>,
}

/// Every crossing of a model: of settings in the order of the sources, then of what environments inherit.
pub fn crossings(model: &Model<'_>) -> Vec<Crossing> {
    let mut found = Vec::new();
    let names = Names::new(model);
    for inherited in layers::inherited(model) {
        let first = found.len();
        if let Some(pointer) = Pointer::new(model, inherited.setting) {
            let siblings = model.siblings_at(inherited.through.source, inherited.address, inherited.environment);
            of_setting(
                model,
                &names,
                &pointer,
                inherited.environment,
                Some(siblings),
                &mut found,
            );
        }
        for crossing in found.iter_mut().skip(first) {
            crossing.inherited = Some(inherited);
        }
    }
    for (source, setting) in suspects(model) {
        let Some(environment) = model.environment(setting) else {
            continue;
        };
        let Some(pointer) = Pointer::new(model, setting) else {
            continue;
        };
        of_setting(model, &names, &pointer, environment, None, &mut found);
        let _ = source;
    }
    found
}

/// Settings of a known environment whose value holds a word for another one.
fn suspects<'m>(model: &'m Model<'_>) -> impl Iterator<Item = (usize, SettingId)> + 'm {
    model.reads.iter().enumerate().flat_map(move |(index, read)| {
        let source = crate::source::SourceId(TextRange::new(index, index).start);
        let mut last: Option<EntryId> = None;
        read.document.words.iter().filter_map(move |word| {
            let setting = SettingId {
                source,
                entry: word.entry,
            };
            if word.on != On::Value
                || last == Some(word.entry)
                || (model.is_holder(setting) && !reads_secret(read, word))
            {
                return None;
            }
            let environment = model.environment(setting)?;
            if model.vocabulary.compatible(environment, word.hit.environment) {
                return None;
            }
            last = Some(word.entry);
            Some((index, setting))
        })
    })
}

/// Whether the setting of a word holds templates that read secrets; the document that is embedded in it knows nothing of them.
fn reads_secret(read: &Read, word: &Word) -> bool {
    let scalar = read.document.scalar(word.entry);
    scalar.is_some_and(|scalar| vault::may_read(scalar.range.slice(&read.source.text)))
}

/// A value with what its words are judged by.
struct Scene<'s> {
    model: &'s Model<'s>,
    names: &'s Names,
    pointer: &'s Pointer<'s>,
    /// All words of the value.
    hits: &'s [Hit],
}

fn of_setting(
    model: &Model<'_>,
    names: &Names,
    pointer: &Pointer<'_>,
    environment: EnvironmentId,
    siblings: Option<Siblings>,
    found: &mut Vec<Crossing>,
) {
    let mut hits = Vec::new();
    model.vocabulary.scan(&pointer.value, |hit| hits.push(hit), |_, _| {});
    let foreign = |hit: &&Hit| !model.vocabulary.compatible(environment, hit.environment);
    let scene = Scene {
        model,
        names,
        pointer,
        hits: &hits,
    };
    let mut siblings = siblings;
    let mut seen: Vec<(TextRange, EnvironmentId)> = Vec::new();
    for hit in hits.iter().filter(foreign) {
        let Some(part) = part_of(pointer, hit.range) else {
            continue;
        };
        let is_embedded = part.role != Role::SecretPath && model.is_holder(pointer.setting);
        if is_embedded || seen.contains(&(part.range, hit.environment)) {
            continue;
        }
        seen.push((part.range, hit.environment));
        let siblings = siblings.get_or_insert_with(|| model.siblings(pointer.setting));
        found.extend(crossing(&scene, environment, *hit, part, siblings));
    }
}

fn crossing(
    scene: &Scene<'_>,
    environment: EnvironmentId,
    hit: Hit,
    part: PointedPart,
    siblings: &Siblings,
) -> Option<Crossing> {
    let (model, pointer) = (scene.model, scene.pointer);
    let value = pointer.value.trim();
    let (mut equal, mut different) = (Vec::new(), Vec::new());
    let part_text = Finder::new(pointer.text(part.range));
    let is_same = |sibling: &&SettingId| {
        let theirs = model.decoded(**sibling);
        let theirs = theirs.as_ref().map(|decoded| decoded.text.trim());
        theirs.is_some_and(|theirs| theirs == value || holds(theirs, &part_text))
    };
    let may_be_copied = pointer.recognised && (model.knows(hit.environment) || names_stranger(model, hit, part.class));
    for (other, settings) in &siblings.others {
        let same: Vec<_> = settings.iter().filter(is_same).copied().collect();
        if same.is_empty() {
            different.extend(settings.first());
        } else if model.vocabulary.compatible(*other, hit.environment)
            || (may_be_copied && is_copied(model, environment, hit, *other))
        {
            // Some are enough to show.
            equal.extend(same.into_iter().take(8));
        }
    }
    if hit.strength == Strength::Glued && equal.is_empty() {
        return None;
    }
    let claim = model.claims.get(pointer.setting.source.0 as usize).copied().flatten();
    let by_key = claim.is_none_or(|claim| claim.environment != environment);
    let is_namesake = is_namesake(pointer, hit, part);
    let text = Shown::part(pointer, part.range);
    let mut crossing = Crossing {
        setting: pointer.setting,
        environment,
        named: hit.environment,
        at: pointer.place(part.range),
        expected: expected(model, pointer, environment, hit, part).filter(|_| !text.hides()),
        text,
        role: part.role,
        class: part.class,
        engine: part.engine,
        recognised: pointer.recognised || is_namesake,
        strength: hit.strength,
        equal,
        different,
        named_has_sibling: siblings.others.contains_key(&hit.environment)
            || model
                .group_environments(pointer.setting.source)
                .contains(&hit.environment),
        // A variable that differs from its key by the word alone says it as plainly as a sibling.
        corroborated: by_key || is_namesake || claim.is_some_and(|claim| claim.corroborated),
        inherited: None,
        excuse: None,
    };
    crossing.excuse = excuse(scene, &crossing, hit, part, siblings);
    // A sibling that stands for it makes a weak word an environment's name.
    if hit.strength == Strength::Weak && crossing.named_has_sibling {
        crossing.strength = Strength::Strong;
    }
    Some(crossing)
}

/// Whether a variable is called as the key, but for its environment: `API_KEY: $API_KEY_STAGING`.
fn is_namesake(pointer: &Pointer<'_>, hit: Hit, part: PointedPart) -> bool {
    if part.role != Role::Variable {
        return false;
    }
    let name = pointer.text(part.range);
    let at = (hit.range.start - part.range.start) as usize;
    let (before, after) = (name.get(..at), name.get(at + hit.range.len()..));
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let bare = letters(before.unwrap_or("")) + &letters(after.unwrap_or(""));
    bare.len() >= 4 && pointer.names.last().is_some_and(|key| letters(key) == bare)
}

/// Whether a value holds a part's text whole: the host was copied, the database beside it was not.
fn holds(value: &str, part: &Finder<'_>) -> bool {
    let border = |character: Option<char>| {
        character.is_none_or(|character| !character.is_alphanumeric() && !matches!(character, '-' | '_' | '.'))
    };
    let length = part.needle().len();
    (5..=value.len()).contains(&length)
        && part.find_iter(value.as_bytes()).any(|at| {
            let before = value.get(..at).and_then(|before| before.chars().next_back());
            let after = value.get(at + length..).and_then(|after| after.chars().next());
            border(before) && border(after)
        })
}

/// Whether a word names an environment although none of the repository is called so. A vendor's host or a stuck word is more
/// likely called so by its name (`dev.vendor.example`), but a vendor's sandbox is what staging uses.
fn names_stranger(model: &Model<'_>, hit: Hit, class: Class) -> bool {
    let by_name = matches!(class, Class::Service | Class::Selector | Class::Resource);
    hit.strength > Strength::Glued && (!by_name || model.vocabulary.name(hit.environment) == "sandbox")
}

/// Whether the same value in a sibling of another environment than the one that it names is evidence that it is not ours:
/// a copy of staging's file may carry a value that names dev. Glued words are mostly chance: only long ones count.
fn is_copied(model: &Model<'_>, own: EnvironmentId, hit: Hit, other: EnvironmentId) -> bool {
    let any = model.vocabulary.is_production(own) && !model.vocabulary.is_production(other);
    any && (hit.strength > Strength::Glued || hit.range.len() >= 6)
}
