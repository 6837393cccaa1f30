//! Crossings: settings of one environment whose value names another, with the evidence for and against a fault.

use crate::formats::{EntryId, Key};
use crate::layers::{self, Inherited};
use crate::model::{Model, SettingId, Siblings};
use crate::pointers::{PointedPart, Pointer};
use crate::references::keys::SilentContext;
use crate::references::{Class, Engine, Role, vault};
use crate::settings::{On, Read, Word};
use crate::source::{Span, TextRange};
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use memchr::memmem::Finder;

/// A setting of one environment whose value names another.
#[derive(Debug)]
pub struct Crossing {
    /// The setting.
    pub setting: SettingId,
    /// The environment that it speaks for.
    pub environment: EnvironmentId,
    /// The environment that its value names.
    pub named: EnvironmentId,
    /// The part of the value that names it.
    pub at: Span,
    /// The text of that part.
    pub text: String,
    /// The part's text with the word replaced by this environment's own, where the word for it is known.
    pub expected: Option<String>,
    /// What the part says.
    pub role: Role,
    /// What kind of thing it belongs to.
    pub class: Class,
    /// The software behind it.
    pub engine: Option<Engine>,
    /// Whether the value is an address or the key says what it is.
    pub recognised: bool,
    /// How the word is written.
    pub strength: Strength,
    /// Siblings of the environment named that hold the same value.
    pub equal: Vec<SettingId>,
    /// The siblings of other environments that do not hold the same value.
    pub different: Vec<SettingId>,
    /// Whether the environment's own claim is corroborated by a sibling.
    pub corroborated: bool,
    /// Whether a sibling, here or in the same file of another environment, stands for the environment named.
    pub named_has_sibling: bool,
    /// How the environment comes by a setting that is not its own.
    pub inherited: Option<Inherited>,
    /// Why the word may stand there on purpose.
    pub excuse: Option<Excuse>,
}

/// Why a word for another environment may stand in a value on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    /// The key's values name other environments by nature.
    Context(SilentContext),
    /// The same part also holds this environment's own word: the other one is part of a name.
    OwnWordBeside,
    /// The setting's key, or the name of the item that it belongs to, names the other environment too.
    DeclaredByKey,
    /// The word belongs to a name that the path holds as well.
    PartOfName,
    /// Siblings of other environments hold the same word.
    SharedWord,
    /// The list that the setting stands in names several environments.
    MixedList,
    /// A nonproduction environment uses somebody's stand-in.
    Mock,
    /// The host is a public service that is called so, or the name is that of a size.
    PublicHost,
    /// The word is weak, and no sibling stands for the environment that it would name.
    WeakWord,
}

/// Every crossing of a model: of settings in the order of the sources, then of what environments inherit.
pub fn crossings(model: &Model<'_>) -> Vec<Crossing> {
    let mut found = Vec::new();
    for inherited in layers::inherited(model) {
        let first = found.len();
        if let Some(pointer) = Pointer::new(model, inherited.setting) {
            let siblings = model.siblings_at(inherited.through.source, inherited.address, inherited.environment);
            of_setting(model, &pointer, inherited.environment, Some(siblings), &mut found);
        }
        for crossing in found.iter_mut().skip(first) {
            crossing.inherited = Some(inherited);
        }
    }
    for (source, setting) in suspects(model) {
        let Some(environment) = model.environment(setting) else {
            continue;
        };
        let Some(pointer) = Pointer::new(model, setting) else {
            continue;
        };
        of_setting(model, &pointer, environment, None, &mut found);
        let _ = source;
    }
    found
}

/// Settings of a known environment whose value holds a word for another one.
fn suspects<'m>(model: &'m Model<'_>) -> impl Iterator<Item = (usize, SettingId)> + 'm {
    model.reads.iter().enumerate().flat_map(move |(index, read)| {
        let source = crate::source::SourceId(TextRange::new(index, index).start);
        let mut last: Option<EntryId> = None;
        read.document.words.iter().filter_map(move |word| {
            let setting = SettingId {
                source,
                entry: word.entry,
            };
            if word.on != On::Value
                || last == Some(word.entry)
                || (model.is_holder(setting) && !reads_secret(read, word))
            {
                return None;
            }
            let environment = model.environment(setting)?;
            if model.vocabulary.compatible(environment, word.hit.environment) {
                return None;
            }
            last = Some(word.entry);
            Some((index, setting))
        })
    })
}

/// Whether the setting of a word holds templates that read secrets; the document that is embedded in it knows nothing of them.
fn reads_secret(read: &Read, word: &Word) -> bool {
    let scalar = read.document.scalar(word.entry);
    scalar.is_some_and(|scalar| vault::may_read(scalar.range.slice(&read.source.text)))
}

fn of_setting(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    environment: EnvironmentId,
    siblings: Option<Siblings>,
    found: &mut Vec<Crossing>,
) {
    let mut hits = Vec::new();
    model.vocabulary.scan(&pointer.value, |hit| hits.push(hit), |_, _| {});
    let foreign = |hit: &&Hit| !model.vocabulary.compatible(environment, hit.environment);
    let mut siblings = siblings;
    let mut seen: Vec<(TextRange, EnvironmentId)> = Vec::new();
    for hit in hits.iter().filter(foreign) {
        let Some(part) = part_of(pointer, hit.range) else {
            continue;
        };
        let is_embedded = part.role != Role::SecretPath && model.is_holder(pointer.setting);
        if is_embedded || seen.contains(&(part.range, hit.environment)) {
            continue;
        }
        seen.push((part.range, hit.environment));
        let siblings = siblings.get_or_insert_with(|| model.siblings(pointer.setting));
        found.extend(crossing(model, pointer, environment, *hit, part, &hits, siblings));
    }
}

/// The part of a value that a word stands in, if it can name an environment there.
fn part_of(pointer: &Pointer<'_>, word: TextRange) -> Option<PointedPart> {
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
fn is_stage(variable: &str) -> bool {
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
/// such domains) and without Kubernetes' own suffixes.
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
    TextRange::new(0, host.rfind('.').unwrap_or(host.len()))
}

fn crossing(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    environment: EnvironmentId,
    hit: Hit,
    part: PointedPart,
    hits: &[Hit],
    siblings: &Siblings,
) -> Option<Crossing> {
    let value = pointer.value.trim();
    let (mut equal, mut different) = (Vec::new(), Vec::new());
    let part_text = Finder::new(pointer.text(part.range));
    let is_same = |sibling: &&SettingId| {
        let theirs = model.decoded(**sibling);
        let theirs = theirs.as_ref().map(|decoded| decoded.text.trim());
        theirs.is_some_and(|theirs| theirs == value || holds(theirs, &part_text))
    };
    for (other, settings) in &siblings.others {
        let same: Vec<_> = settings.iter().filter(is_same).copied().collect();
        if same.is_empty() {
            different.extend(settings.first());
        } else if is_evidence(model, environment, hit, *other) {
            // Some are enough to show.
            equal.extend(same.into_iter().take(8));
        }
    }
    if hit.strength == Strength::Glued && equal.is_empty() {
        return None;
    }
    let claim = model.claims.get(pointer.setting.source.0 as usize).copied().flatten();
    let by_key = claim.is_none_or(|claim| claim.environment != environment);
    let mut crossing = Crossing {
        setting: pointer.setting,
        environment,
        named: hit.environment,
        at: pointer.place(part.range),
        text: pointer.text(part.range).to_owned(),
        expected: expected(model, pointer, environment, hit, part),
        role: part.role,
        class: part.class,
        engine: part.engine,
        recognised: pointer.recognised || is_namesake(pointer, hit, part),
        strength: hit.strength,
        equal,
        different,
        named_has_sibling: siblings.others.contains_key(&hit.environment)
            || model
                .group_environments(pointer.setting.source)
                .contains(&hit.environment),
        corroborated: by_key || claim.is_some_and(|claim| claim.corroborated),
        inherited: None,
        excuse: None,
    };
    crossing.excuse = excuse(model, pointer, &crossing, hit, part, hits, siblings);
    // A sibling that stands for it makes a weak word an environment's name.
    if hit.strength == Strength::Weak && crossing.named_has_sibling {
        crossing.strength = Strength::Strong;
    }
    Some(crossing)
}

/// Whether a variable is called as the key, but for its environment: `API_KEY: $API_KEY_STAGING`.
fn is_namesake(pointer: &Pointer<'_>, hit: Hit, part: PointedPart) -> bool {
    if part.role != Role::Variable {
        return false;
    }
    let name = pointer.text(part.range);
    let at = (hit.range.start - part.range.start) as usize;
    let (before, after) = (name.get(..at), name.get(at + hit.range.len()..));
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let bare = letters(before.unwrap_or("")) + &letters(after.unwrap_or(""));
    bare.len() >= 4 && pointer.names.last().is_some_and(|key| letters(key) == bare)
}

/// Whether a value holds a part's text whole: the host was copied, the database beside it was not.
fn holds(value: &str, part: &Finder<'_>) -> bool {
    let border = |character: Option<char>| {
        character.is_none_or(|character| !character.is_alphanumeric() && !matches!(character, '-' | '_' | '.'))
    };
    let length = part.needle().len();
    (5..=value.len()).contains(&length)
        && part.find_iter(value.as_bytes()).any(|at| {
            let before = value.get(..at).and_then(|before| before.chars().next_back());
            let after = value.get(at + length..).and_then(|after| after.chars().next());
            border(before) && border(after)
        })
}

/// Whether the same value in a sibling of environment `other` is evidence that it is not ours.
fn is_evidence(model: &Model<'_>, own: EnvironmentId, hit: Hit, other: EnvironmentId) -> bool {
    if model.vocabulary.compatible(other, hit.environment) {
        return true;
    }
    // A copy of staging's file may carry a value that names dev. Glued words are mostly chance: only long ones count.
    let any = model.vocabulary.is_production(own) && !model.vocabulary.is_production(other);
    any && (hit.strength > Strength::Glued || hit.range.len() >= 6)
}

fn excuse(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    crossing: &Crossing,
    hit: Hit,
    part: PointedPart,
    hits: &[Hit],
    siblings: &Siblings,
) -> Option<Excuse> {
    let within = |other: &Hit| part.range.start <= other.range.start && other.range.end <= part.range.end;
    // A glued word is excused by a glued own one, as in `devtest`.
    let own_beside = |other: &Hit| {
        other.environment == crossing.environment && within(other) && other.strength >= hit.strength.min(Strength::Weak)
    };
    if hits.iter().any(own_beside) {
        return Some(Excuse::OwnWordBeside);
    }
    if let Some(context) = pointer.context {
        return Some(Excuse::Context(context));
    }
    if declared_by_key(model, pointer, hit.environment, crossing.equal.is_empty()) {
        return Some(Excuse::DeclaredByKey);
    }
    if crossing.class != Class::Datastore
        && has_twin(
            &pointer.value,
            pointer.text(part.range),
            hit.range.slice(&pointer.value),
        )
    {
        return Some(Excuse::MixedList);
    }
    if is_public(pointer.text(part.range)) {
        return Some(Excuse::PublicHost);
    }
    if in_path(model, pointer, hit, part) {
        return Some(Excuse::PartOfName);
    }
    if !model.vocabulary.is_production(crossing.environment)
        && pointer.text(part.range).to_ascii_lowercase().contains("mock")
    {
        return Some(Excuse::Mock);
    }
    if crossing.class != Class::Datastore && in_mixed_list(model, pointer, hit, part, &crossing.equal) {
        return Some(Excuse::MixedList);
    }
    let is_label = is_whole_label(
        pointer.text(part.range),
        hit.range.start - part.range.start,
        hit.range.len(),
    );
    if hit.strength == Strength::Weak && !is_label && crossing.different.is_empty() && siblings.others.len() >= 2 {
        return Some(Excuse::SharedWord);
    }
    if hit.strength == Strength::Weak && !is_label && sharing(model, hit, siblings).1 > 0 {
        return Some(Excuse::SharedWord);
    }
    if !crossing.equal.is_empty() && hit.strength == Strength::Strong {
        return None;
    }
    if crossing.equal.is_empty() && shared_word(model, hit, siblings) {
        return Some(Excuse::SharedWord);
    }
    let known = model.group_environments(pointer.setting.source);
    let unknown = !known.contains(&hit.environment) && !crossing.named_has_sibling;
    (hit.strength == Strength::Weak && unknown).then_some(Excuse::WeakWord)
}

/// Public services whose names hold a word, and names of sizes.
fn is_public(text: &str) -> bool {
    // The number of a vendor's tenant: `dev-8812331.example.com`.
    let first = text.split_once('.').map_or("", |(first, _)| first);
    if let Some((word, number)) = first.split_once('-')
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && number.len() >= 6
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return true;
    }
    let hosts = ["dev.azure.com", "dev.virtualearth.net", "dev.mysql.com", "dev.to"];
    let sizes = ["-small", "-medium", "-large", "-micro", "-nano", "-xlarge"];
    hosts.iter().any(|host| text.eq_ignore_ascii_case(host)) || sizes.iter().any(|size| text.ends_with(size))
}

/// Whether the value also holds the part without its word: `shop.example.com` beside `staging.shop.example.com` is a
/// list of both on purpose.
fn has_twin(value: &str, part: &str, word: &str) -> bool {
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

/// Whether the word at `at` is all of a host's label: `test` of `test.example.com`.
fn is_whole_label(text: &str, at: u32, length: usize) -> bool {
    label_around(text, at as usize).len() == length
}

/// Whether the setting is an item of a list, or the name of one, in which other items name environments that the
/// setting does not: the list names several on purpose.
fn in_mixed_list(model: &Model<'_>, pointer: &Pointer<'_>, hit: Hit, part: PointedPart, equal: &[SettingId]) -> bool {
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

/// Whether a name that leads to the setting, or the name of an item that holds it, names the other environment.
fn declared_by_key(model: &Model<'_>, pointer: &Pointer<'_>, named: EnvironmentId, by_object: bool) -> bool {
    let names_it = |text: &str| model.vocabulary.find(text).iter().any(|hit| hit.environment == named);
    // `stage: staging` is no setting of staging's.
    if pointer.names.iter().any(|name| names_it(name) && !is_stage(name)) {
        return true;
    }
    let Some(read) = model.read(pointer.setting.source) else {
        return false;
    };
    let (document, text) = (&read.document, read.source.text.as_str());
    let mut at = document.entry(pointer.setting.entry).and_then(|entry| entry.parent);
    while let Some(holder) = at {
        for (entry, name) in document.identities_of(text, holder) {
            if entry != pointer.setting.entry && names_it(name) {
                return true;
            }
        }
        let above = document.entry(holder).and_then(|entry| entry.parent);
        if by_object && above.is_none() && document.object_names(text, holder).iter().any(|name| names_it(name)) {
            return true;
        }
        at = above;
    }
    false
}

/// Whether the path holds the same word outside of what names its environment: then it is a service's name.
fn in_path(model: &Model<'_>, pointer: &Pointer<'_>, hit: Hit, part: PointedPart) -> bool {
    let path = model.path(pointer.setting.source);
    let claim = model.claims.get(pointer.setting.source.0 as usize).copied().flatten();
    let label = label_around(
        pointer.text(part.range),
        hit.range.start.saturating_sub(part.range.start) as usize,
    );
    let word_in_path = model
        .vocabulary
        .find(path)
        .into_iter()
        .any(|other| other.environment == hit.environment && claim.is_none_or(|claim| claim.word != other.range));
    word_in_path && !label.is_empty()
}

/// The label of a host, or the segment of a name, that byte `at` stands in.
fn label_around(text: &str, at: usize) -> &str {
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

/// Whether siblings that stand for neither environment hold the same word: it says nothing here.
fn shared_word(model: &Model<'_>, hit: Hit, siblings: &Siblings) -> bool {
    let (of_named, sharing) = sharing(model, hit, siblings);
    sharing >= 1 && !of_named
}

/// Whether the environment that a word names has a sibling, and how many others hold the word.
fn sharing(model: &Model<'_>, hit: Hit, siblings: &Siblings) -> (bool, usize) {
    let mut of_named = false;
    let mut sharing = 0;
    for (environment, settings) in &siblings.others {
        if model.vocabulary.compatible(*environment, hit.environment) {
            of_named = true;
            continue;
        }
        let holds = |setting: &SettingId| {
            let value = model.value(*setting).unwrap_or_default();
            model
                .vocabulary
                .find(&value)
                .iter()
                .any(|other| other.environment == hit.environment)
        };
        sharing += usize::from(settings.iter().any(holds));
    }
    (of_named, sharing)
}

/// The part's text as this environment's own settings would write it.
fn expected(
    model: &Model<'_>,
    pointer: &Pointer<'_>,
    environment: EnvironmentId,
    hit: Hit,
    part: PointedPart,
) -> Option<String> {
    if hit.strength == Strength::Glued {
        return None;
    }
    let spelling = model.spelling(pointer.setting.source, environment)?;
    let text = pointer.text(part.range);
    let at = (hit.range.start - part.range.start) as usize;
    let word = hit.range.slice(&pointer.value);
    let (before, after) = (text.get(..at)?, text.get(at + word.len()..)?);
    Some(format!("{before}{}{after}", like(&spelling, word)))
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

/// The name of an environment's tier, for messages.
pub fn tier(vocabulary: &Vocabulary, environment: EnvironmentId) -> &'static str {
    if vocabulary.is_production(environment) {
        "production"
    } else {
        "nonproduction"
    }
}
