//! The one way in which text of a source reaches a report: a setting's line, with every credential masked.

use crate::model::{Model, SettingId};
use crate::references::credentials;
use crate::source::TextRange;

/// How much of a line is shown, in characters.
const WIDTH: usize = 160;

/// A line of a source with credentials masked.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    /// The text, control characters made visible.
    pub text: String,
    /// The first character to underline, 0-based.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// The setting as it is written, `key: value`, with credentials as `***` and the part at `at` underlined. Nothing else
/// that stands on the line is shown: another setting's secret may stand there.
pub fn excerpt(model: &Model<'_>, setting: SettingId, at: TextRange) -> Excerpt {
    let Some(read) = model.read(setting.source) else {
        return Excerpt::default();
    };
    let (document, text) = (&read.document, read.source.text.as_str());
    let Some(decoded) = document.value(text, setting.entry) else {
        return Excerpt::default();
    };
    let names = model.names(setting);
    let mut secret: Vec<TextRange> = credentials::credential_ranges(&names, &decoded.text)
        .into_iter()
        .map(|range| decoded.offsets.range_to_outer(range))
        .collect();
    secret.sort_unstable();
    let Some(scalar) = document.scalar(setting.entry) else {
        return Excerpt::default();
    };
    let line = line_of(text, at.start, scalar.range);
    let name = credentials::masked(&[], document.name(text, setting.entry));
    let mut shown = Shown::default();
    shown.push(&name);
    if !name.is_empty() {
        shown.push(" = ");
    }
    // An empty value has no first character: it is behind the sign.
    shown.start = shown.length;
    let mut offset = line.start as usize;
    // Both the line and the credentials go forward.
    let mut masks = secret.iter().filter(|range| range.end > line.start).peekable();
    while offset < line.end as usize {
        let here = TextRange::new(offset, offset).start;
        while masks.next_if(|range| range.end <= here).is_some() {}
        if let Some(mask) = masks.next_if(|range| range.start <= here) {
            if mask.start <= at.start && at.start < mask.end {
                shown.start = shown.length;
            }
            shown.push("***");
            if mask.start < at.end && at.end <= mask.end {
                shown.end = shown.length;
            }
            offset = mask.end as usize;
            continue;
        }
        let Some(character) = text.get(offset..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        if here == at.start {
            shown.start = shown.length;
        }
        shown.character(character);
        offset += character.len_utf8();
        if offset == at.end as usize {
            shown.end = shown.length;
        }
    }
    shown.finish()
}

/// The part of a value that stands on the line of byte `at`.
fn line_of(text: &str, at: u32, value: TextRange) -> TextRange {
    let before = text
        .get(value.start as usize..at.max(value.start) as usize)
        .unwrap_or("");
    let start = before
        .rfind('\n')
        .map_or(value.start as usize, |found| value.start as usize + found + 1);
    let after = text.get(start..value.end as usize).unwrap_or("");
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let end = after.find('\n').map_or(value.end as usize, |found| start + found);
    TextRange::new((start + blank).min(end), end)
}

#[derive(Default)]
struct Shown {
    text: String,
    length: usize,
    start: usize,
    end: usize,
}

impl Shown {
    fn push(&mut self, text: &str) {
        text.chars().for_each(|character| self.character(character));
    }

    fn character(&mut self, character: char) {
        self.text
            .push(if character.is_control() { '\u{fffd}' } else { character });
        self.length += 1;
    }

    /// Cuts a long line around the underlined part.
    fn finish(mut self) -> Excerpt {
        self.end = self.end.max(self.start + 1).min(self.length.max(self.start + 1));
        if self.length <= WIDTH {
            return Excerpt {
                text: self.text,
                start: self.start,
                end: self.end,
            };
        }
        let from = self.start.saturating_sub(WIDTH / 3);
        let text: String = self.text.chars().skip(from).take(WIDTH).collect();
        let lead = if from > 0 { "…" } else { "" };
        let tail = if from + WIDTH < self.length { "…" } else { "" };
        let shift = lead.chars().count();
        let end = (self.end - from).min(WIDTH);
        Excerpt {
            text: format!("{lead}{text}{tail}"),
            start: self.start - from + shift,
            end: end + shift,
        }
    }
}
