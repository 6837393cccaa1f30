//! What one setting points at: the references in its value, in the light of its key.

use crate::model::{Model, SettingId};
use crate::references::expressions::{self, Expression};
use crate::references::{self, Class, Engine, Keyed, Role, credentials, keys};
use crate::source::{Offsets, Span, TextRange};
use std::borrow::Cow;
use std::cell::OnceCell;

/// A setting with what it points at.
#[derive(Debug)]
pub struct Pointer<'m> {
    /// The setting.
    pub setting: SettingId,
    /// The names that lead to it, through the holder of an embedded document.
    pub names: Vec<&'m str>,
    /// The decoded value.
    pub value: String,
    offsets: Offsets,
    secrets: OnceCell<Vec<TextRange>>,
    /// Its parts that can name an environment, in the order of the value.
    pub parts: Vec<PointedPart>,
    /// The expressions in the value, which are filled in later.
    pub expressions: Vec<TextRange>,
    /// Whether the value was recognised as an address or the key says what it is.
    pub recognised: bool,
    /// Whether the key is a datastore's address or name for sure.
    pub is_datastore: bool,
    /// Why values of this key name other environments on purpose.
    pub context: Option<keys::SilentContext>,
}

/// A part of a value that can name an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointedPart {
    /// What it says.
    pub role: Role,
    /// What kind of thing it is a part of.
    pub class: Class,
    /// The software behind it.
    pub engine: Option<Engine>,
    /// Where in the decoded value.
    pub range: TextRange,
}

impl<'m> Pointer<'m> {
    /// Reads what a setting points at; `None` for what is no scalar.
    pub fn new(model: &'m Model<'_>, setting: SettingId) -> Option<Self> {
        Self::of(model, setting, Wanted::Anything)
    }

    /// As [`Self::new`], of a setting that may name a datastore's host and that its context does not silence; for any
    /// other one `None`, which its key and a look at the value tell without reading it.
    pub fn of_datastore(model: &'m Model<'_>, setting: SettingId) -> Option<Self> {
        Self::of(model, setting, Wanted::Datastore)
    }

    fn of(model: &'m Model<'_>, setting: SettingId, wanted: Wanted) -> Option<Self> {
        let read = model.read(setting.source)?;
        let decoded = read.document.value(&read.source.text, setting.entry)?;
        let names = model.names(setting);
        let path = model.path(setting.source);
        let mut keyed = with_file(path, &names);
        if is_elsewhere(path, &decoded.text) {
            keyed.to_mut().insert(0, "kustomization");
        }
        let role = keys::key_role(&keyed);
        let may_be_datastore =
            || role.is_some_and(|role| role.class == Class::Datastore) || references::may_hold_datastore(&decoded.text);
        if wanted == Wanted::Datastore && !may_be_datastore() {
            return None;
        }
        let context = keys::context(&names)
            .filter(|context| explains(*context, role))
            // A URL is no path in a file system.
            .filter(|context| *context != keys::SilentContext::FilePaths || !decoded.text.contains("://"));
        if wanted == Wanted::Datastore && context.is_some() {
            return None;
        }
        let value = decoded.text.into_owned();
        let expressions = expressions::expressions(&value);
        let keyed = Keyed {
            path: &keyed,
            value: &value,
        };
        let (parts, recognised) = parts(keyed, role, &expressions);
        let expressions = expressions.into_iter().map(|expression| expression.range).collect();
        let is_datastore = role.is_some_and(keys::KeyRole::is_datastore);
        Some(Self {
            setting,
            names,
            value,
            offsets: decoded.offsets,
            secrets: OnceCell::new(),
            parts,
            expressions,
            recognised,
            context,
            is_datastore,
        })
    }

    /// Where a range of the value stands in its source.
    pub fn place(&self, range: TextRange) -> Span {
        Span {
            source: self.setting.source,
            range: self.offsets.range_to_outer(range),
        }
    }

    /// Everything in the value that must never be shown.
    pub fn secrets(&self) -> &[TextRange] {
        let find = || credentials::credential_ranges(&self.names, &self.value);
        self.secrets.get_or_init(find)
    }

    /// The text of a part: to be judged. What is shown of it is [`crate::shown::Shown`].
    pub fn text(&self, range: TextRange) -> &str {
        range.slice(&self.value)
    }
}

/// Which settings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Anything,
    Datastore,
}

/// Files that hold a datastore's settings without saying so at every key, by their name up to the first dot.
const DATASTORE_FILES: &[&str] = &[
    "database",
    "databases",
    "mongoid",
    "mongo",
    "redis",
    "cable",
    "elasticsearch",
    "datasource",
    "datasources",
    "knexfile",
    "ormconfig",
];

/// The names, with the file's own before them where it says what they are about.
pub(crate) fn with_file<'n, 'v>(path: &'n str, names: &'v [&'n str]) -> Cow<'v, [&'n str]> {
    let file = path.rsplit('/').next().unwrap_or("");
    let stem = file.trim_start_matches('.').split('.').next().unwrap_or("");
    let about = (DATASTORE_FILES.contains(&stem) && !path.ends_with(".tf")) || file == ".firebaserc";
    if about {
        Cow::Owned(std::iter::once(stem).chain(names.iter().copied()).collect())
    } else {
        Cow::Borrowed(names)
    }
}

/// Whether a kustomization names what stands outside of its own directory: another environment's overlay, perhaps. What
/// stands inside is its own, whatever it is called.
fn is_elsewhere(path: &str, value: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or("");
    matches!(file, "kustomization.yaml" | "kustomization.yml" | "Kustomization") && value.starts_with("../")
}

/// Whether a context silences a key of this role. Tags, versions and the like point nowhere themselves, but a database's
/// host among the tags of a server, or a project in a list of versions, does.
fn explains(context: keys::SilentContext, role: Option<keys::KeyRole>) -> bool {
    use keys::SilentContext as Context;
    let aimless = matches!(
        context,
        Context::Documentation
            | Context::Packaging
            | Context::Logging
            | Context::Features
            | Context::Schedules
            | Context::Sizing
    );
    let points = role.is_some_and(|role| {
        matches!(
            role.class,
            Class::Datastore | Class::Storage | Class::Identity | Class::Account
        )
    });
    !(aimless && points)
}

fn parts(keyed: Keyed<'_>, role: Option<keys::KeyRole>, expressions: &[Expression]) -> (Vec<PointedPart>, bool) {
    let value = keyed.value;
    let mut parts = Vec::new();
    if is_encrypted(value) {
        return (parts, false);
    }
    for reference in references::read(keyed) {
        // A bare host under a datastore's key is that datastore's.
        let of_key = role.filter(|_| matches!(reference.class, Class::Service | Class::Resource));
        let class = of_key.map_or(reference.class, |role| {
            if role.class == Class::Selector {
                reference.class
            } else {
                role.class
            }
        });
        let engine = reference.engine.or(of_key.and_then(|role| role.engine));
        for part in reference.parts.iter().filter(|part| is_judged(part.role)) {
            parts.push(PointedPart {
                role: part.role,
                class,
                engine,
                range: part.range,
            });
        }
    }
    let recognised = !parts.is_empty();
    if !recognised && is_identifier(value) && !(role.is_none() && is_document(value)) {
        let (role, class, engine) = role.map_or((Role::Name, Class::Resource, None), |role| {
            (role.role, role.class, role.engine)
        });
        if is_judged(role) {
            let literals = expressions::literal_parts(value, expressions).into_iter();
            parts.extend(literals.map(|range| PointedPart {
                role,
                class,
                engine,
                range: without_login(value, range, role),
            }));
        }
    }
    let class = role.map_or(Class::Resource, |role| role.class);
    let names = expressions.iter().flat_map(|expression| &expression.names);
    parts.extend(names.map(|range| PointedPart {
        role: Role::Variable,
        class,
        engine: role.and_then(|role| role.engine),
        range: *range,
    }));
    (parts, recognised || role.is_some())
}

/// A host without the login before it and the options behind it, a name without its options.
fn without_login(value: &str, range: TextRange, role: Role) -> TextRange {
    let text = range.slice(value);
    // A whole URL that nothing could read keeps its query: the address may stand there.
    if text.contains("://") {
        return range;
    }
    let end = match role {
        Role::Host => text.find(['?', '&']),
        Role::Database | Role::Name => text
            .find('?')
            .filter(|&at| text.get(at..).is_some_and(|rest| rest.contains('='))),
        _ => None,
    };
    let end = end.unwrap_or(text.len());
    let login = text
        .get(..end)
        .filter(|_| role == Role::Host)
        .and_then(|text| text.rfind('@'));
    let start = login.map_or(0, |at| at + 1);
    if start == end {
        return range;
    }
    let from = range.start as usize;
    TextRange::new(from + start, from + end)
}

/// Whether a value is encrypted, so that words in it are chance.
fn is_encrypted(value: &str) -> bool {
    ["ENC[", "ENC(", "{cipher}", "vault:v1:", "$ANSIBLE_VAULT"]
        .iter()
        .any(|start| value.starts_with(start))
}

fn is_judged(role: Role) -> bool {
    !matches!(role, Role::Port | Role::Credential | Role::Fallback)
}

/// Whether a value is the name of a file for people to read: `UAT-sign-off.docx`.
fn is_document(value: &str) -> bool {
    const DOCUMENTS: &[&str] = &[
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "md", "png", "jpg", "jpeg", "svg", "gif",
    ];
    let end = value.trim_end().rsplit_once('.').map_or("", |(_, end)| end);
    DOCUMENTS.iter().any(|document| end.eq_ignore_ascii_case(document))
}

/// Whether a whole value can be a name: one word of identifier characters, or several joined by expressions.
fn is_identifier(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty()
        && value.len() <= 512
        && !value.contains(['\n', ' ', '\t', '<', '>', '(', '|', '*', '^', ';', '"', '\''])
        || is_expression_like(value)
}

fn is_expression_like(value: &str) -> bool {
    value.len() <= 512
        && !value.contains('\n')
        && (value.contains("${") || value.contains("{{") || value.contains("<%"))
}
