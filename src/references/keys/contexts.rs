//! Contexts whose values name other environments on purpose, or no environment at all.

mod phrases;

use super::words::{Lexicon, Word, trail};
use super::{key_role, qualifiers};
use phrases::{CONTEXTS, Place};
use std::sync::LazyLock;

/// Why a value under this key may name another environment, so that an environment word in it is no fault by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SilentContext {
    /// Origins and hosts that may call.
    AllowedOrigins,
    /// What is denied, excluded or not proxied.
    DenyList,
    /// DNS zones and records.
    DnsRecords,
    /// Names in certificates.
    CertificateNames,
    /// Who issues certificates.
    CertificateIssuer,
    /// Monitors, alerts, dashboards.
    Monitoring,
    /// Lifecycle and retention rules of registries and buckets.
    LifecycleRules,
    /// Reviewers, chat channels, who is told.
    People,
    /// Promotion pipelines and the order of jobs.
    Promotion,
    /// Firewalls, network policies, security groups, peerings.
    NetworkRules,
    /// Who may reach in from outside.
    Access,
    /// Backup, restore, refresh, copy, replication, migration: two environments joined on purpose.
    Transfer,
    /// Plans, sizes, tiers.
    Sizing,
    /// Block devices.
    Devices,
    /// Stand-in outputs that never leave a plan.
    MockOutputs,
    /// Feature names and flags.
    Features,
    /// Names of single-sign-on roles and groups.
    SsoRoles,
    /// Text for people: descriptions, titles, comments, labels, tags.
    Documentation,
    /// Images, charts, packages, versions.
    Packaging,
    /// Levels and formats of logs.
    Logging,
    /// Paths in a file system.
    FilePaths,
    /// E-mail addresses.
    Email,
    /// Schedules.
    Schedules,
}

impl SilentContext {
    /// One line for reports.
    pub fn reason(self) -> &'static str {
        match self {
            Self::AllowedOrigins => "lists of allowed origins and hosts name other environments on purpose",
            Self::DenyList => "deny, exclude and no-proxy lists name other environments on purpose",
            Self::DnsRecords => "DNS zones and records name other environments on purpose",
            Self::CertificateNames => "a certificate may cover several environments",
            Self::CertificateIssuer => "a certificate issuer's name speaks of the issuer, not of the environment",
            Self::Monitoring => "monitors, alerts and dashboards watch other environments on purpose",
            Self::LifecycleRules => "lifecycle rules name the tags of every environment",
            Self::People => "reviewers and chat channels belong to no environment",
            Self::Promotion => "promotion pipelines and job orders name the environment before",
            Self::NetworkRules => "network rules name the networks on the other side",
            Self::Access => "lists of who may reach in name other environments on purpose",
            Self::Transfer => "backup, restore, copy and migration join two environments on purpose",
            Self::Sizing => "plan and size names speak of capacity",
            Self::Devices => "block devices stand under /dev",
            Self::MockOutputs => "mock outputs are never deployed",
            Self::Features => "feature names speak of the feature",
            Self::SsoRoles => "single-sign-on roles span environments",
            Self::Documentation => "text for people points nowhere",
            Self::Packaging => "images, charts and packages are built once for all environments",
            Self::Logging => "log settings point nowhere",
            Self::FilePaths => "file paths point into the machine itself",
            Self::Email => "e-mail addresses belong to people",
            Self::Schedules => "schedules point nowhere",
        }
    }
}

/// The context of the key path (outermost name first) that explains another environment's word in its value.
pub fn context(path: &[&str]) -> Option<SilentContext> {
    let trail = trail(path);
    let end = qualifiers(&trail, 0);
    let found = (0..trail.len()).find_map(|at| {
        PHRASES
            .ending_at(trail.get(at..)?)
            .filter_map(|(row, length)| Some((CONTEXTS.get(row)?, length)))
            .find(|&(&(_, place, _), length)| stands(&trail, at, length, end, place))
            .map(|(&(_, _, context), _)| context)
    })?;
    // `vault_path`, `bucket_path` and `working-directory` are paths that point somewhere.
    let points = found == SilentContext::FilePaths && key_role(path).is_some();
    (!points).then_some(found)
}

static PHRASES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(CONTEXTS.iter().map(|row| row.0)));

/// Whether the phrase of `length` words whose last is word `at` stands in its place; `end` words only qualify.
fn stands(trail: &[Word<'_>], at: usize, length: usize, end: usize, place: Place) -> bool {
    let depth_of = |index: usize| trail.get(index).map(|word| word.depth);
    let depth = depth_of(at);
    match place {
        Place::Anywhere => true,
        Place::End => at == 0 || at == end,
        Place::Last => depth == Some(0) && depth_of(at + length - 1) == Some(0),
        Place::Above => depth > Some(0),
        Place::Block => depth > Some(0) && at.checked_sub(1).and_then(depth_of) < depth,
    }
}

#[cfg(test)]
mod tests;
