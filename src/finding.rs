//! Findings: one fault at one place.

use crate::settings::SettingId;
use crate::source::{Span, TextRange};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One sign.
    Low,
    /// Signs that usually mean it.
    Medium,
    /// Independent signs agree.
    High,
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub at: Span,
    /// What is to be seen there. Never holds a credential.
    pub message: String,
}

/// One fault at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// Where in the file: the part of the value that is wrong.
    pub at: Span,
    /// The setting.
    pub setting: SettingId,
    /// Whether the key is not there: then the setting is another one, at which the finding stands for want of a place.
    pub is_absent: bool,
    /// Whether the change that is judged adds, alters or lets it through; `false` at rest.
    pub changed: bool,
    /// The part of its value that is wrong, in the setting's own source, which may be an embedded document.
    pub in_value: TextRange,
    /// The environment that the setting speaks for.
    pub environment: String,
    /// The key path, for people: `spring.datasource.url`.
    pub key: String,
    /// What is wrong and what was expected. Never holds a credential.
    pub message: String,
    /// How to fix or acknowledge it.
    pub help: String,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// Hex digits that stay the same while rule, path, key, environment and value stay the same.
    pub fingerprint: String,
    /// Hex digits of the value without its credentials: what an acknowledgement is bound to.
    pub value_hash: String,
}
