//! What a value would be, were it this environment's own.

use crate::model::Model;
use crate::pointers::{PointedPart, Pointer};
use crate::shown::Shown;
use crate::vocabulary::{EnvironmentId, Hit, Strength};

/// The part's text as this environment's own settings would write it.
pub(super) fn expected(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    environment: EnvironmentId,
    hit: Hit,
    part: PointedPart,
) -> Option<Shown> {
    if hit.strength == Strength::Glued {
        return None;
    }
    let spelling = model.spelling(pointer.setting.source, environment)?;
    let text = pointer.text(part.range);
    let at = (hit.range.start - part.range.start) as usize;
    let word = hit.range.slice(&pointer.value);
    let (before, after) = (text.get(..at)?, text.get(at + word.len()..)?);
    Some(Shown::text(&format!("{before}{}{after}", like(&spelling, word))))
}

/// `spelling` in the case of `model`.
fn like(spelling: &str, model: &str) -> String {
    let mut characters = model.chars();
    let first_upper = characters.next().is_some_and(char::is_uppercase);
    if first_upper && characters.clone().all(|character| !character.is_lowercase()) {
        return spelling.to_uppercase();
    }
    let mut spelled = spelling.chars();
    match spelled.next() {
        Some(first) if first_upper => first.to_uppercase().chain(spelled).collect(),
        _ => spelling.to_owned(),
    }
}
