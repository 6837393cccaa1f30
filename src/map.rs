//! Which environment points at which datastore: what the picture in a report is drawn from.

use crate::endpoints::SplitDatabases;
use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::model::{Model, SettingId};
use crate::pointers::{PointedPart, Pointer};
use crate::references::{Class, Role, credentials};
use crate::source::{SourceId, TextRange};
use crate::vocabulary::EnvironmentId;
use serde::Serialize;
use std::collections::HashMap;

/// An environment that points at something. Arrows are sorted: production's first, then by environment, target, kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Arrow {
    /// Who points.
    pub environment: String,
    /// `production` or `nonproduction`.
    pub tier: &'static str,
    /// What at: host and database, or a resource's name. Never a credential.
    pub target: String,
    /// `datastore`, `storage`, `service`, `identity`, `account`, `selector` or `resource`.
    pub kind: &'static str,
    /// The other environment that the target's name speaks of, where a finding says so.
    pub names: Option<String>,
    /// Whether a finding that stands says that this is wrong.
    pub wrong: bool,
}

/// Values that are longer point at more than can be drawn.
const LONG: usize = 4096;

/// How much of a target is kept, in characters.
const SHOWN: usize = 120;

/// The datastores that the environments of a tree point at, and whatever else the findings that stand are about.
pub fn arrows(evidence: &Evidence<'_>, standing: &[&Finding]) -> Vec<Arrow> {
    let model = evidence.model;
    let mut drawn: Vec<Drawn> = Vec::new();
    let mut split = SplitDatabases::new(model);
    for (index, (read, environments)) in model.reads.iter().zip(&model.environments).enumerate() {
        if environments.iter().all(Option::is_none) {
            continue;
        }
        let source = SourceId(TextRange::new(index, index).start);
        for (entry, scalar) in read.document.scalars() {
            let setting = SettingId { source, entry };
            if may_point(scalar.range.slice(&read.source.text))
                && let Some(environment) = model.environment(setting)
                && !model.is_holder(setting)
            {
                datastores(model, setting, environment, &mut split, &mut drawn);
            }
        }
    }
    mark(evidence, standing, &mut drawn);
    sorted(model, drawn)
}

/// Whether a value may be the address of a datastore, for a first look.
fn may_point(raw: &str) -> bool {
    (4..LONG).contains(&raw.len())
        && (raw.contains(['.', ':']) || raw.eq_ignore_ascii_case("localhost"))
        && !is_one_template(raw)
}

/// Whether a value is one template expression: nothing in it is certain.
fn is_one_template(raw: &str) -> bool {
    let body = raw.trim().strip_prefix("{{");
    body.is_some_and(|body| body.find("}}").is_some_and(|end| end + 2 == body.len()))
}

/// An arrow with what it was read from.
struct Drawn {
    environment: EnvironmentId,
    target: String,
    kind: Class,
    names: Option<EnvironmentId>,
    wrong: bool,
    setting: SettingId,
    /// The parts that the target is made of, where they stand in their source.
    parts: Vec<TextRange>,
    database: Option<String>,
}

/// The datastores that one setting points at.
fn datastores(
    model: &Model<'_>,
    setting: SettingId,
    environment: EnvironmentId,
    split: &mut SplitDatabases<'_>,
    drawn: &mut Vec<Drawn>,
) {
    let Some(pointer) = Pointer::of_datastore(model, setting) else {
        return;
    };
    let is_of = |part: &&PointedPart, role| part.role == role && part.class == Class::Datastore;
    let mut hosts = pointer.parts.iter().filter(|part| is_of(part, Role::Host)).peekable();
    if hosts.peek().is_none() {
        return;
    }
    let secret = credentials::credential_ranges(&pointer.names, &pointer.value);
    let may_show = |part: &&PointedPart| {
        !secret.iter().any(|secret| overlap(*secret, part.range)) && is_certain(pointer.text(part.range))
    };
    let written = pointer
        .parts
        .iter()
        .find(|part| is_of(part, Role::Database))
        .filter(may_show);
    for host in hosts.filter(may_show) {
        let name = pointer.text(host.range).trim_end_matches('.').to_ascii_lowercase();
        let database = written
            .map(|part| pointer.text(part.range).to_owned())
            .or_else(|| beside(model, split.of(setting)?).filter(|name| is_certain(name)));
        let target = match &database {
            Some(database) => format!("{name}/{database}"),
            None => name,
        };
        let parts = [Some(host), written].into_iter().flatten();
        drawn.push(Drawn {
            environment,
            target,
            kind: Class::Datastore,
            names: None,
            wrong: false,
            setting,
            parts: parts.map(|part| pointer.place(part.range).range).collect(),
            database,
        });
    }
}

/// The database that a key of its own beside a host's names, unless its value is a credential.
fn beside(model: &Model<'_>, database: SettingId) -> Option<String> {
    let value = model.value(database)?;
    let secret = credentials::credential_ranges(&model.names(database), &value);
    secret.is_empty().then_some(value)
}

/// Whether a text is a name as it stands, and not a template of one or what is left of it.
fn is_certain(text: &str) -> bool {
    let border = |one: char| one.is_alphanumeric() || matches!(one, '[' | ']' | '_' | '/' | '.' | '(' | ')');
    text.starts_with(border) && text.ends_with(border) && !text.contains(['$', '{', '<', '%', '*', ' ', '\n'])
}

fn overlap(one: TextRange, other: TextRange) -> bool {
    one.start < other.end && other.start < one.end
}

/// Marks what findings are about as wrong, and adds what is not drawn yet.
fn mark(evidence: &Evidence<'_>, standing: &[&Finding], drawn: &mut Vec<Drawn>) {
    let model = evidence.model;
    let ids: HashMap<&str, EnvironmentId> = model
        .vocabulary
        .environments()
        .map(|(id, environment)| (environment.name.as_str(), id))
        .collect();
    let named: HashMap<(SettingId, TextRange, EnvironmentId), EnvironmentId> = evidence
        .crossings
        .iter()
        .map(|crossing| {
            let key = (crossing.setting, crossing.at.range, crossing.environment);
            (key, crossing.named)
        })
        .collect();
    let mut of_setting: HashMap<SettingId, Vec<usize>> = HashMap::new();
    let mut of_database: HashMap<(SourceId, String), Vec<usize>> = HashMap::new();
    for (at, one) in drawn.iter().enumerate() {
        of_setting.entry(one.setting).or_default().push(at);
        if let Some(database) = &one.database {
            let key = (one.setting.source, database.clone());
            of_database.entry(key).or_default().push(at);
        }
    }
    let mut last: Option<(SettingId, Option<Value<'_>>)> = None;
    for finding in standing {
        let Some(environment) = ids.get(finding.environment.as_str()).copied() else {
            continue;
        };
        let names = named.get(&(finding.setting, finding.in_value, environment)).copied();
        let own = of_setting.get(&finding.setting).map_or(&[][..], Vec::as_slice);
        let mut found = hit(drawn, own, environment, names, |one| {
            one.parts.iter().any(|part| overlap(*part, finding.in_value))
        });
        if found {
            continue;
        }
        // Findings stand in the order of their places, so that those of one setting follow each other.
        if last.as_ref().is_none_or(|(setting, _)| *setting != finding.setting) {
            last = Some((finding.setting, Value::new(model, finding.setting)));
        }
        let value = last.as_ref().and_then(|(_, value)| value.as_ref());
        let Some((part, text)) = value.and_then(|value| value.part_at(finding.in_value)) else {
            continue;
        };
        if part.role == Role::Database {
            let joined = of_database.get(&(finding.setting.source, text.clone()));
            found = hit(drawn, joined.map_or(&[][..], Vec::as_slice), environment, names, |_| {
                true
            });
        }
        if !found {
            drawn.push(Drawn {
                environment,
                target: text,
                kind: part.class,
                names,
                wrong: true,
                setting: finding.setting,
                parts: Vec::new(),
                database: None,
            });
        }
    }
}

/// Marks those of some arrows that a finding of an environment is about; whether there was one.
fn hit(
    drawn: &mut [Drawn],
    some: &[usize],
    environment: EnvironmentId,
    names: Option<EnvironmentId>,
    is_about: impl Fn(&Drawn) -> bool,
) -> bool {
    let mut found = false;
    for at in some {
        if let Some(one) = drawn.get_mut(*at)
            && one.environment == environment
            && is_about(one)
        {
            one.wrong = true;
            one.names = one.names.or(names);
            found = true;
        }
    }
    found
}

/// What a setting points at, and what of it must not be shown.
struct Value<'m> {
    pointer: Pointer<'m>,
    secret: Vec<TextRange>,
}

impl<'m> Value<'m> {
    fn new(model: &'m Model<'_>, setting: SettingId) -> Option<Self> {
        let pointer = Pointer::new(model, setting)?;
        let secret = credentials::credential_ranges(&pointer.names, &pointer.value);
        Some(Self { pointer, secret })
    }

    /// The part at a place of the source, and its text, where it is no credential.
    fn part_at(&self, at: TextRange) -> Option<(PointedPart, String)> {
        let mut parts = self.pointer.parts.iter();
        let part = parts.find(|part| overlap(self.pointer.place(part.range).range, at))?;
        let is_secret = self.secret.iter().any(|secret| overlap(*secret, part.range));
        (!is_secret).then(|| (*part, self.pointer.text(part.range).trim().to_owned()))
    }
}

/// The arrows as they are shown: each once, wrong where any of its settings is.
fn sorted(model: &Model<'_>, drawn: Vec<Drawn>) -> Vec<Arrow> {
    let name = |id| model.vocabulary.name(id).to_owned();
    let arrow = |one: Drawn| Arrow {
        tier: if model.vocabulary.is_production(one.environment) {
            "production"
        } else {
            "nonproduction"
        },
        environment: name(one.environment),
        target: short(&one.target),
        kind: kind(one.kind),
        names: one.names.map(name),
        wrong: one.wrong,
    };
    let mut arrows: Vec<Arrow> = drawn.into_iter().map(arrow).collect();
    arrows.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
    arrows.dedup_by(|next, kept| {
        let same = place_of(next).0 == place_of(kept).0;
        if same {
            kept.wrong |= next.wrong;
            kept.names = kept.names.take().or(next.names.take());
        }
        same
    });
    arrows
}

/// What makes an arrow the same as another, and the order of those that are.
#[allow(clippy::type_complexity, reason = "a key to sort by")]
fn place_of(arrow: &Arrow) -> ((bool, &str, &str, &str), Option<&str>) {
    let place = (
        arrow.tier != "production",
        arrow.environment.as_str(),
        arrow.target.as_str(),
        arrow.kind,
    );
    (place, arrow.names.as_deref())
}

/// A target on one line and not too long.
fn short(text: &str) -> String {
    let mut characters = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    let mut short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn kind(class: Class) -> &'static str {
    match class {
        Class::Datastore => "datastore",
        Class::Storage => "storage",
        Class::Service => "service",
        Class::Identity => "identity",
        Class::Account => "account",
        Class::Selector => "selector",
        Class::Resource => "resource",
    }
}
