//! What an environment inherits: settings of a base layer, or of an aliased block, that its own layer does not override.

use crate::formats::{EntryId, Value};
use crate::model::{Model, SettingId};
use crate::settings::{On, Read};
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::{EnvironmentId, Strength};
use std::collections::HashSet;

/// A setting of no environment of its own that an environment inherits.
#[derive(Debug, Clone, Copy)]
pub struct Inherited {
    /// The setting, in the base layer.
    pub setting: SettingId,
    /// Who inherits it.
    pub environment: EnvironmentId,
    /// The layer that does not override it: the start of the file, or the alias.
    pub through: Span,
    /// The address that the overriding setting would have.
    pub address: u64,
}

/// The base layer of a file.
pub fn base_of(model: &Model<'_>, over: SourceId) -> Option<SourceId> {
    let claim = model
        .claims
        .get(over.0 as usize)
        .copied()
        .flatten()
        .filter(|claim| !claim.word.is_empty())?;
    base_paths(model.path(over), claim.word)
        .iter()
        .find_map(|path| model.source_of(path))
}

/// Every setting with an environment's word in its value that some environment inherits.
pub fn inherited(model: &Model<'_>) -> Vec<Inherited> {
    let mut found = Vec::new();
    for (id, read) in ids(model).filter(|(_, read)| read.source.origin.is_none()) {
        let claim = model.claims.get(id.0 as usize).copied().flatten();
        if let (Some(claim), Some(base)) = (claim, base_of(model, id)) {
            from_base(model, id, base, claim.environment, &mut found);
        }
        from_aliases(model, id, read, &mut found);
    }
    found
}

fn ids<'m>(model: &'m Model<'_>) -> impl Iterator<Item = (SourceId, &'m Read)> {
    (0..).map(SourceId).zip(&model.reads)
}

/// Where the base layer of a file would be: `values.yaml` for `values-prod.yaml`, `appsettings.json` for
/// `appsettings.Production.json`, `config/default.json` or `config/base.json` for `config/prod.json`.
pub fn base_paths(path: &str, word: TextRange) -> Vec<String> {
    let (start, end) = (word.start as usize, word.end as usize);
    let (Some(before), Some(after)) = (path.get(..start), path.get(end..)) else {
        return Vec::new();
    };
    if after.contains('/') {
        return Vec::new();
    }
    let separators = ['-', '_', '.'];
    if let Some(shorter) = before
        .strip_suffix(separators)
        .filter(|shorter| !shorter.is_empty() && !shorter.ends_with('/'))
    {
        return vec![format!("{shorter}{after}")];
    }
    if before.is_empty() || before.ends_with('/') {
        if let Some(rest) = after.strip_prefix(['-', '_']) {
            return vec![format!("{before}{rest}")];
        }
        return ["default", "base", "common"]
            .iter()
            .map(|name| format!("{before}{name}{after}"))
            .collect();
    }
    Vec::new()
}

fn from_base(
    model: &Model<'_>,
    over: SourceId,
    base: SourceId,
    environment: EnvironmentId,
    found: &mut Vec<Inherited>,
) {
    let (Some(read), Some(base_read)) = (model.read(over), model.read(base)) else {
        return;
    };
    let overridden: HashSet<u64> = read
        .document
        .scalars()
        .map(|(entry, _)| read.document.address(entry))
        .collect();
    let mut last = None;
    for word in base_read
        .document
        .words
        .iter()
        .filter(|word| word.on == On::Value && word.hit.strength > Strength::Glued)
    {
        let setting = SettingId {
            source: base,
            entry: word.entry,
        };
        let address = base_read.document.address(word.entry);
        if last == Some(word.entry) || model.environment(setting).is_some() || overridden.contains(&address) {
            continue;
        }
        last = Some(word.entry);
        found.push(Inherited {
            setting,
            environment,
            through: Span {
                source: over,
                range: TextRange::default(),
            },
            address,
        });
    }
}

/// `production: { <<: *default }`: what the block of the anchor says and this one does not say again.
fn from_aliases(model: &Model<'_>, source: SourceId, read: &Read, found: &mut Vec<Inherited>) {
    let document = &read.document;
    let words = || {
        document
            .words
            .iter()
            .filter(|word| word.on == On::Value && word.hit.strength > Strength::Glued)
    };
    let aliases = document
        .parsed
        .entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| match entry.value {
            Value::Alias(target) => Some((EntryId(TextRange::new(index, index).start), target)),
            _ => None,
        });
    // A bound for hostile files: real ones have a handful of merges.
    for (alias, target) in aliases.take(256) {
        if document.name(&read.source.text, alias) != "<<" {
            continue;
        }
        let Some(block) = document.entry(alias).and_then(|entry| entry.parent) else {
            continue;
        };
        let Some(environment) = model.environment(SettingId { source, entry: block }) else {
            continue;
        };
        let names = |entry: EntryId, top: EntryId| document.names_below(&read.source.text, entry, top);
        let mut overridden: Option<HashSet<Vec<&str>>> = None;
        for word in words().filter(|word| document.is_within(word.entry, target)) {
            let setting = SettingId {
                source,
                entry: word.entry,
            };
            if model.environment(setting).is_some() {
                continue;
            }
            let overridden = overridden.get_or_insert_with(|| {
                let own = document
                    .scalars()
                    .filter(|(entry, _)| document.is_within(*entry, block));
                own.map(|(entry, _)| names(entry, block)).collect()
            });
            if !overridden.contains(&names(word.entry, target)) {
                let range = document
                    .scalar(alias)
                    .map_or(TextRange::default(), |scalar| scalar.range);
                found.push(Inherited {
                    setting,
                    environment,
                    through: Span { source, range },
                    address: document.address(word.entry),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_layers() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("helm/values-prod.yaml", "prod", &["helm/values.yaml"]),
            ("appsettings.Production.json", "Production", &["appsettings.json"]),
            (
                "config/prod.json",
                "prod",
                &["config/default.json", "config/base.json", "config/common.json"],
            ),
            ("config/prod-values.yaml", "prod", &["config/values.yaml"]),
            ("env/prod/values.yaml", "prod", &[]),
            (".env.production", "production", &[".env"]),
        ];
        for (path, word, expected) in cases {
            let at = path.find(word).unwrap();
            assert_eq!(
                base_paths(path, TextRange::new(at, at + word.len())),
                *expected,
                "{path}"
            );
        }
    }
}
