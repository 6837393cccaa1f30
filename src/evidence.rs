//! What the rules judge by: the model, the crossings in it, and the suspicious signs in production's settings.

use crate::change::Change;
use crate::crossings::{self, Crossing};
use crate::model::{Model, SettingId};
use crate::pointers::Pointer;
use crate::source::{SourceId, TextRange};
use crate::vocabulary::Sign;

/// Everything that a rule may look at.
#[derive(Debug)]
pub struct Evidence<'m> {
    /// The settings.
    pub model: &'m Model<'m>,
    /// Settings that name another environment.
    pub crossings: Vec<Crossing>,
    /// Production's settings that hold a sign, with the signs and their places in the value.
    pub signs: Vec<(Pointer<'m>, Vec<(TextRange, Sign)>)>,
    /// What a change touched; `None` judges the whole tree at rest.
    pub change: Option<&'m Change>,
}

impl<'m> Evidence<'m> {
    /// Gathers what the rules need.
    pub fn new(model: &'m Model<'m>, change: Option<&'m Change>) -> Self {
        Self {
            model,
            crossings: crossings::crossings(model),
            signs: signs(model),
            change,
        }
    }

    /// Whether a setting stands on a line that the change added or altered; at rest nothing does.
    pub fn is_changed(&self, setting: SettingId) -> bool {
        let Some(change) = self.change else { return false };
        let Some(read) = self.model.read(setting.source) else {
            return false;
        };
        let Some(scalar) = read.document.scalar(setting.entry) else {
            return false;
        };
        let span = self.model.to_file(crate::source::Span {
            source: setting.source,
            range: scalar.range,
        });
        let first = self.model.position(span.source, span.range.start).line;
        let last = self.model.position(span.source, span.range.end).line.max(first);
        change.touches(self.model.path(span.source), first, last)
    }

    /// Whether a change lets an inherited setting through: it took the override away, or the heir's layer is new.
    pub fn lets_through(&self, crossing: &Crossing) -> bool {
        let (Some(change), Some(inherited)) = (self.change, crossing.inherited) else {
            return false;
        };
        change.takes_away(self.model.path(inherited.through.source), inherited.address)
    }
}

/// The signs in the settings of production environments.
fn signs<'m>(model: &'m Model<'m>) -> Vec<(Pointer<'m>, Vec<(TextRange, Sign)>)> {
    let mut found = Vec::new();
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        for entry in &read.document.signs {
            let setting = SettingId { source, entry: *entry };
            let production = model
                .environment(setting)
                .is_some_and(|id| model.vocabulary.is_production(id));
            if !production || model.is_holder(setting) {
                continue;
            }
            if let Some(pointer) = Pointer::new(model, setting) {
                let signs = model.vocabulary.signs(&pointer.value);
                found.push((pointer, signs));
            }
        }
    }
    found
}
