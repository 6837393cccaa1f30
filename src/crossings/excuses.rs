//! Why a word for another environment may stand in a value on purpose.

use super::lists::{has_twin, in_mixed_list};
use super::parts::{is_stage, is_whole_label, label_around};
use super::{Crossing, Scene};
use crate::model::{Model, SettingId, Siblings};
use crate::pointers::{PointedPart, Pointer};
use crate::references::keys::{self, SilentContext};
use crate::references::{Class, Role};
use crate::vocabulary::{EnvironmentId, Hit, Strength};

/// Why a word for another environment may stand in a value on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    /// The key's values name other environments by nature.
    Context(SilentContext),
    /// The same part also holds this environment's own word: the other one is part of a name.
    OwnWordBeside,
    /// The setting's key, or the name of the item that it belongs to, names the other environment too.
    DeclaredByKey,
    /// The word belongs to a name that the path holds as well.
    PartOfName,
    /// Siblings of other environments hold the same word.
    SharedWord,
    /// The list that the setting stands in names several environments.
    MixedList,
    /// A nonproduction environment uses somebody's stand-in.
    Mock,
    /// The host is a public service that is called so, or the name is that of a size.
    PublicHost,
    /// The schema or table is the staging area of a warehouse.
    LoadingArea,
    /// The word is weak, and no sibling stands for the environment that it would name.
    WeakWord,
}

pub(super) fn excuse(
    scene: &Scene<'_>,
    crossing: &Crossing,
    hit: Hit,
    part: PointedPart,
    siblings: &Siblings,
) -> Option<Excuse> {
    let (model, pointer) = (scene.model, scene.pointer);
    let within = |other: &Hit| part.range.start <= other.range.start && other.range.end <= part.range.end;
    // A glued word is excused by a glued own one, as in `devtest`.
    let own_beside = |other: &Hit| {
        other.environment == crossing.environment && within(other) && other.strength >= hit.strength.min(Strength::Weak)
    };
    if scene.hits.iter().any(own_beside) {
        return Some(Excuse::OwnWordBeside);
    }
    if let Some(context) = pointer.context {
        return Some(Excuse::Context(context));
    }
    if declared_by_key(model, pointer, hit.environment, crossing.equal.is_empty()) {
        return Some(Excuse::DeclaredByKey);
    }
    if crossing.class != Class::Datastore
        && has_twin(
            &pointer.value,
            pointer.text(part.range),
            hit.range.slice(&pointer.value),
        )
    {
        return Some(Excuse::MixedList);
    }
    if is_public(pointer.text(part.range)) {
        return Some(Excuse::PublicHost);
    }
    if scene.names.has(&pointer.value, hit) || in_path(model, pointer, hit, part) {
        return Some(Excuse::PartOfName);
    }
    if !model.vocabulary.is_production(crossing.environment)
        && pointer.text(part.range).to_ascii_lowercase().contains("mock")
    {
        return Some(Excuse::Mock);
    }
    if crossing.class != Class::Datastore && in_mixed_list(model, pointer, hit, part, &crossing.equal) {
        return Some(Excuse::MixedList);
    }
    let is_label = is_whole_label(
        pointer.text(part.range),
        hit.range.start - part.range.start,
        hit.range.len(),
    );
    if hit.strength == Strength::Weak && !is_label && crossing.different.is_empty() && siblings.others.len() >= 2 {
        return Some(Excuse::SharedWord);
    }
    if hit.strength == Strength::Weak && !is_label && sharing(model, hit, siblings).1 > 0 {
        return Some(Excuse::SharedWord);
    }
    if is_loading_area(model, pointer, crossing, sharing(model, hit, siblings).1) {
        return Some(Excuse::LoadingArea);
    }
    // Only what differs somewhere tells that few letters stuck to others are an environment's: all have
    // `devboard.example.com`. A word of its own is told: a new project often has dev's hosts and vaults everywhere.
    let is_everywhere = crossing.different.is_empty() && siblings.others.len() >= 2;
    if hit.strength == Strength::Glued && hit.range.len() < 6 && crossing.class != Class::Datastore && is_everywhere {
        return Some(Excuse::SharedWord);
    }
    if !crossing.equal.is_empty() && hit.strength == Strength::Strong {
        return None;
    }
    if crossing.equal.is_empty() && shared_word(model, hit, siblings) {
        return Some(Excuse::SharedWord);
    }
    let known = model.group_environments(pointer.setting.source);
    let unknown = !known.contains(&hit.environment) && !crossing.named_has_sibling;
    (hit.strength == Strength::Weak && unknown).then_some(Excuse::WeakWord)
}

/// Whether a schema or table is where a warehouse loads into before it transforms, which the trade calls staging whatever
/// the environment. A copy from the environment of that name is a fault all the same, unless others have it too.
fn is_loading_area(model: &Model<'_>, pointer: &Pointer<'_>, crossing: &Crossing, sharing: usize) -> bool {
    let is_part = pointer.names.last().is_some_and(|name| {
        let last = keys::words(name).last().unwrap_or("");
        ["schema", "schemas", "dataset", "table", "tables"].contains(&last.to_ascii_lowercase().as_str())
    });
    let is_name = matches!(crossing.role, Role::Database | Role::Name);
    let is_staging = model.vocabulary.name(crossing.named) == "staging";
    is_part && is_name && is_staging && (crossing.equal.is_empty() || sharing > 0)
}

/// Public services whose names hold a word, and names of sizes.
fn is_public(text: &str) -> bool {
    // The number of a vendor's tenant: `dev-8812331.example.com`.
    let first = text.split_once('.').map_or("", |(first, _)| first);
    if let Some((word, number)) = first.split_once('-')
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && number.len() >= 6
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return true;
    }
    let hosts = ["dev.azure.com", "dev.virtualearth.net", "dev.mysql.com", "dev.to"];
    let sizes = ["-small", "-medium", "-large", "-micro", "-nano", "-xlarge"];
    hosts.iter().any(|host| text.eq_ignore_ascii_case(host)) || sizes.iter().any(|size| text.ends_with(size))
}

/// Whether a name that leads to the setting, or the name of an item that holds it, names the other environment.
fn declared_by_key(model: &Model<'_>, pointer: &Pointer<'_>, named: EnvironmentId, by_object: bool) -> bool {
    let names_it = |text: &str| model.vocabulary.find(text).iter().any(|hit| hit.environment == named);
    // `stage: staging` is no setting of staging's.
    if pointer.names.iter().any(|name| names_it(name) && !is_stage(name)) {
        return true;
    }
    let Some(read) = model.read(pointer.setting.source) else {
        return false;
    };
    let (document, text) = (&read.document, read.source.text.as_str());
    let mut at = document.entry(pointer.setting.entry).and_then(|entry| entry.parent);
    while let Some(holder) = at {
        for (entry, name) in document.identities_of(text, holder) {
            if entry != pointer.setting.entry && names_it(name) {
                return true;
            }
        }
        let above = document.entry(holder).and_then(|entry| entry.parent);
        if by_object && above.is_none() && document.object_names(text, holder).iter().any(|name| names_it(name)) {
            return true;
        }
        at = above;
    }
    false
}

/// Whether the path holds the same word outside of what names its environment: then it is a service's name.
fn in_path(model: &Model<'_>, pointer: &Pointer<'_>, hit: Hit, part: PointedPart) -> bool {
    let path = model.path(pointer.setting.source);
    let claim = model.claims.get(pointer.setting.source.0 as usize).copied().flatten();
    let label = label_around(
        pointer.text(part.range),
        hit.range.start.saturating_sub(part.range.start) as usize,
    );
    let word_in_path = model
        .vocabulary
        .find(path)
        .into_iter()
        .any(|other| other.environment == hit.environment && claim.is_none_or(|claim| claim.word != other.range));
    word_in_path && !label.is_empty()
}

/// Whether siblings that stand for neither environment hold the same word: it says nothing here.
fn shared_word(model: &Model<'_>, hit: Hit, siblings: &Siblings) -> bool {
    let (of_named, sharing) = sharing(model, hit, siblings);
    sharing >= 1 && !of_named
}

/// Whether the environment that a word names has a sibling, and how many others hold the word.
fn sharing(model: &Model<'_>, hit: Hit, siblings: &Siblings) -> (bool, usize) {
    let mut of_named = false;
    let mut sharing = 0;
    for (environment, settings) in &siblings.others {
        if model.vocabulary.compatible(*environment, hit.environment) {
            of_named = true;
            continue;
        }
        let holds = |setting: &SettingId| {
            let value = model.value(*setting).unwrap_or_default();
            model
                .vocabulary
                .find(&value)
                .iter()
                .any(|other| other.environment == hit.environment)
        };
        sharing += usize::from(settings.iter().any(holds));
    }
    (of_named, sharing)
}
