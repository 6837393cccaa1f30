//! Which part of a value a word stands in, and whether it can name an environment there.

use crate::pointers::{PointedPart, Pointer};
use crate::references::{Role, domains};
use crate::source::TextRange;

/// The part of a value that a word stands in, if it can name an environment there.
pub(super) fn part_of(pointer: &Pointer<'_>, word: TextRange) -> Option<PointedPart> {
    let inside = |part: &&PointedPart| part.range.start <= word.start && word.end <= part.range.end;
    let part = *pointer
        .parts
        .iter()
        .filter(inside)
        .min_by_key(|part| part.range.len())?;
    // What an expression is made of says nothing, but for the name of a variable in it, or of the secret that it reads.
    let in_expression = pointer.expressions.iter().any(|expression| {
        let around = expression.start <= part.range.start && part.range.end <= expression.end;
        expression.start <= word.start && word.end <= expression.end && !(around && part.role == Role::SecretPath)
    });
    if in_expression && part.role != Role::Variable {
        return None;
    }
    // `!dev`: Spring's profiles and Liquibase's contexts, where that one is not meant.
    if pointer
        .value
        .get(..word.start as usize)
        .is_some_and(|before| before.ends_with('!'))
    {
        return None;
    }
    if part.role == Role::Variable && is_stage(pointer.text(part.range)) {
        return None;
    }
    let bearing = bearing_range(pointer.text(part.range), part.role);
    let bearing = TextRange {
        start: part.range.start + bearing.start,
        end: part.range.start + bearing.end,
    };
    (bearing.start <= word.start && word.end <= bearing.end).then_some(part)
}

/// Whether a variable holds the name of whichever stage is deployed: `local.stage`, `STAGE`, `DEPLOY_STAGE`.
pub(super) fn is_stage(variable: &str) -> bool {
    let last = variable.rsplit(['.', ':']).next().unwrap_or(variable);
    let before = last
        .len()
        .checked_sub("stage".len())
        .and_then(|at| last.split_at_checked(at))
        .filter(|(_, tail)| tail.eq_ignore_ascii_case("stage"))
        .map(|(before, _)| before.trim_end_matches(['_', '-']));
    before.is_some_and(|before| {
        let of = [
            "",
            "app",
            "deploy",
            "deployment",
            "target",
            "release",
            "current",
            "sls",
            "serverless",
        ];
        of.iter().any(|name| before.eq_ignore_ascii_case(name))
    })
}

/// The bytes of a part that can name an environment: a host without its top-level domain (`.dev`, `.test`, `.local` are
/// such domains), without Kubernetes' own suffixes, and without the region of a cloud, which a project may have made a word
/// of its own.
fn bearing_range(text: &str, role: Role) -> TextRange {
    let whole = TextRange::new(0, text.len());
    if role != Role::Host {
        return whole;
    }
    let host = text.trim_end_matches('.');
    for suffix in [".svc.cluster.local", ".svc", ".local", ".internal"] {
        if let Some(rest) = host.strip_suffix(suffix) {
            return TextRange::new(0, rest.len());
        }
    }
    let end = domains::aws_region(host).or_else(|| host.rfind('.'));
    TextRange::new(0, end.unwrap_or(host.len()))
}

/// Whether the word at `at` is all of a host's label: `test` of `test.example.com`.
pub(super) fn is_whole_label(text: &str, at: u32, length: usize) -> bool {
    label_around(text, at as usize).len() == length
}

/// The label of a host, or the segment of a name, that byte `at` stands in.
pub(super) fn label_around(text: &str, at: usize) -> &str {
    let border = |character: char| matches!(character, '.' | '/' | ':' | '@');
    let start = text
        .get(..at)
        .and_then(|before| before.rfind(border))
        .map_or(0, |found| found + 1);
    let end = text
        .get(at..)
        .and_then(|after| after.find(border))
        .map_or(text.len(), |found| at + found);
    text.get(start..end).unwrap_or("")
}
