//! Lists that name several environments on purpose.

use crate::formats::{EntryId, Key};
use crate::model::{Model, SettingId};
use crate::pointers::{PointedPart, Pointer};
use crate::settings::On;
use crate::vocabulary::{EnvironmentId, Hit, Strength};

/// Whether the value also holds the part without its word: `shop.example.com` beside `staging.shop.example.com` is a
/// list of both on purpose.
pub(super) fn has_twin(value: &str, part: &str, word: &str) -> bool {
    let without = ['.', '-', '_'].into_iter().flat_map(|separator| {
        [
            part.replacen(&format!("{word}{separator}"), "", 1),
            part.replacen(&format!("{separator}{word}"), "", 1),
        ]
    });
    without.into_iter().any(|twin| {
        twin.len() + 2 < part.len()
            && twin.len() >= 4
            && value.replace(part, "").contains(twin.trim_end_matches(['/', '*']))
    })
}

/// Whether the setting is an item of a list, or the name of one, in which other items name environments that the
/// setting does not: the list names several on purpose.
pub(super) fn in_mixed_list(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    hit: Hit,
    part: PointedPart,
    equal: &[SettingId],
) -> bool {
    let Some(read) = model.read(pointer.setting.source) else {
        return false;
    };
    let (document, named) = (&read.document, hit.environment);
    let item = |id: EntryId| {
        document
            .entry(id)
            .filter(|entry| matches!(entry.key, Key::Item(_)))
            .and_then(|entry| entry.parent)
    };
    let Some(parent) = document.entry(pointer.setting.entry).and_then(|entry| entry.parent) else {
        return false;
    };
    let is_name = matches!(document.name(&read.source.text, pointer.setting.entry), "name" | "id");
    let Some(list) = item(pointer.setting.entry).or_else(|| item(parent).filter(|_| is_name)) else {
        return false;
    };
    let own = model.environment(pointer.setting);
    let speaks =
        |hit: Hit| hit.strength == Strength::Strong || (hit.strength == Strength::Weak && Some(hit.environment) == own);
    let value = pointer.value.as_str();
    let joined = document.items_of(&read.source.text, list, value);
    if has_twin(&joined, pointer.text(part.range), hit.range.slice(value)) {
        return true;
    }
    // An item that stands in the other environment's list too, which names that one alone, was copied from there.
    let is_bare = model.vocabulary.exact(value).is_some();
    let copied = !is_bare
        && equal
            .first()
            .is_some_and(|sibling| !names_in_list(model, *sibling, own));
    let others = document
        .words
        .iter()
        .filter(|word| word.on == On::Value && speaks(word.hit) && word.entry > list);
    others.take(256).any(|word| {
        word.hit.environment != named
            && (!copied || Some(word.hit.environment) != own)
            && word.entry != pointer.setting.entry
            && document.is_within(word.entry, list)
    })
}

/// Whether some item of the list that a setting is an item of names an environment.
fn names_in_list(model: &Model<'_>, item: SettingId, environment: Option<EnvironmentId>) -> bool {
    let Some(read) = model.read(item.source) else {
        return false;
    };
    let list = read.document.entry(item.entry).and_then(|entry| entry.parent);
    list.is_some_and(|list| {
        let words = read.document.words.iter().filter(|word| word.entry > list).take(256);
        words
            .filter(|word| word.on == On::Value && Some(word.hit.environment) == environment)
            .any(|word| read.document.is_within(word.entry, list))
    })
}
