//! Passwords in addresses without `://`: `user:password@host`, `user/password@host`, `host:5432:database:user:password`.

use super::Finder;
use crate::source::TextRange;

/// How far passwords with blanks are followed.
const LONGEST: usize = 256;

/// What stands before the login of an Oracle address.
const ORACLE: &[&str] = &["oracle:thin:", "oracle:oci:", "oracle:oci8:", "oracle:kprb:"];

/// Programs whose first argument is a login: `sqlplus app/password@name`.
const ORACLE_COMMANDS: &[&str] = &[
    "sqlplus", "expdp", "impdp", "exp", "imp", "sqlldr", "rman", "sqlcl", "tnsping",
];

impl Finder<'_, '_> {
    /// `jdbc:oracle:thin:user/password@host`.
    pub(super) fn oracle(&mut self) {
        let bytes = self.text.as_bytes();
        if memchr::memmem::find(bytes, b"oracle:").is_none() {
            return;
        }
        for prefix in ORACLE {
            for found in memchr::memmem::find_iter(bytes, prefix) {
                let start = found + prefix.len();
                let rest = bytes.get(start..).unwrap_or(&[]);
                let line = rest
                    .iter()
                    .take(LONGEST)
                    .take_while(|byte| !matches!(byte, b'\n' | b'\r'));
                let line = rest.get(..line.count()).unwrap_or(&[]);
                let word = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
                // The last one: a password may hold an `@`, and, in front of the first one, blanks.
                let within = line
                    .get(..word)
                    .and_then(|word| word.iter().rposition(|&byte| byte == b'@'));
                let Some(end) = within.or_else(|| line.iter().position(|&byte| byte == b'@')) else {
                    continue;
                };
                let login = line.get(..end).unwrap_or(&[]);
                if let Some(slash) = login.iter().position(|&byte| byte == b'/') {
                    self.hide(start + slash + 1, start + end);
                }
            }
        }
    }

    /// `user:password@host`, `user/password@host`, `host:port:password` in the words of the text.
    pub(super) fn logins(&mut self) {
        let bytes = self.text.as_bytes();
        let has_at = memchr::memchr(b'@', bytes).is_some();
        if !has_at && !may_be_fields(bytes) {
            return;
        }
        let mut at = 0;
        while at < bytes.len() {
            if bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
                continue;
            }
            let end = self.until(at, |byte| byte.is_ascii_whitespace());
            let word = TextRange::new(at, end);
            match self.text.get(at..end).and_then(|text| text.rfind('@')) {
                Some(sign) => self.login(word, at + sign),
                None => self.fields(word),
            }
            at = end.max(at + 1);
        }
    }

    /// The password before the last `@` of a word.
    fn login(&mut self, word: TextRange, sign: usize) {
        let text = self.text;
        let before = text.get(word.start as usize..sign).unwrap_or("");
        let after = TextRange::new(sign + 1, word.end as usize).slice(text);
        if before.contains("://") || before.contains(":\\/") || !leads_to_host(after) {
            return;
        }
        let from = begin(before);
        let login = before.get(from..).unwrap_or("");
        let trimmed = login.trim_start_matches('/');
        let start = sign - trimmed.len();
        if trimmed.starts_with("jdbc:") || trimmed.starts_with("arn:") || is_principal(trimmed, after) {
            return;
        }
        let colon = trimmed.find(':');
        let slash = trimmed.find('/');
        match (colon, slash) {
            (Some(colon), slash) if slash.is_none_or(|slash| colon < slash) => {
                let rest = trimmed.get(colon + 1..).unwrap_or("");
                let host = trimmed.get(..colon).unwrap_or("");
                if !(host.contains('.') && is_port_and_more(rest)) {
                    self.hide(start + colon + 1, sign);
                }
            }
            (_, Some(slash)) => {
                let is_user = slash > 0 && trimmed.bytes().take(slash).all(is_of_user);
                let known = || super::arguments::runs(text, word.start as usize, ORACLE_COMMANDS);
                if is_user && trimmed.len() == login.len() && (is_host(after) || known()) {
                    self.hide(start + slash + 1, sign);
                }
            }
            _ => {}
        }
    }

    /// `host:5432:database:user:password` of pgpass, `host:6379:password`, `host:6379,0,password`.
    fn fields(&mut self, word: TextRange) {
        let text = word.slice(self.text);
        if !may_be_fields(text.as_bytes()) || text.contains("://") {
            return;
        }
        let Some((port, end)) = port_of_host(text) else { return };
        let rest = text.get(end..).unwrap_or("");
        let start = word.start as usize + end;
        let bare = rest.trim_end_matches(['"', '\'', '`', ',', ';', ')', '}', ']']);
        if let Some(fields) = bare.strip_prefix(':') {
            let skipped = match fields.matches(':').count() {
                // `host:1521:SID` of Oracle.
                0 if port == "1521" => return,
                0 => Some(0),
                1 => fields.find(':').map(|at| at + 1),
                _ => fields.match_indices(':').nth(1).map(|(at, _)| at + 1),
            };
            let Some(skipped) = skipped else { return };
            let last = fields.get(skipped..).unwrap_or("");
            let is_number = last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if !is_number || fields.contains(':') {
                self.hide(start + 1 + skipped, start + 1 + fields.len());
            }
        } else if let Some((number, last)) = bare.strip_prefix(',').and_then(|items| items.split_once(',')) {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && !last.contains(['=', '.']) {
                self.hide(start + bare.len() - last.len(), start + bare.len());
            }
        }
    }
}

/// Whether a text may hold `host:port:x` or `host:port,0,x`; `false` is certain.
fn may_be_fields(bytes: &[u8]) -> bool {
    let mut after = memchr::memchr_iter(b':', bytes).filter_map(|at| bytes.get(at + 1..));
    after.any(|rest| {
        let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        (2..=5).contains(&digits) && matches!(rest.get(digits), Some(b':' | b','))
    })
}

/// The first port of a word that follows a name with a dot in it, and where it ends.
fn port_of_host(word: &str) -> Option<(&str, usize)> {
    let mut from = 0;
    for (at, _) in word.match_indices(':') {
        let host = word.get(from..at)?;
        from = at + 1;
        let rest = word.get(from..)?;
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
        let named = host.contains('.') && host.bytes().any(|byte| byte.is_ascii_alphabetic());
        if named && (2..=5).contains(&digits) && matches!(rest.as_bytes().get(digits), Some(b':' | b',')) {
            return Some((rest.get(..digits)?, from + digits));
        }
    }
    None
}

/// Where the login begins in what stands before an `@`: behind an opening quote and behind `;name=`.
fn begin(before: &str) -> usize {
    let bytes = before.as_bytes();
    let mut from = 0;
    let mut open: Option<u8> = None;
    for (at, &byte) in bytes.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| bytes.get(at));
        match byte {
            b'"' | b'\'' | b'`' if open == Some(byte) && previous != Some(&b'\\') => open = None,
            b'"' | b'\'' | b'`' if open.is_none() => {
                let opens = matches!(
                    previous,
                    None | Some(b':' | b'=' | b',' | b'[' | b'{' | b'(' | b'\\' | b'>')
                );
                // `app:'password'@host` is quoted up to the `@`.
                let closes = bytes.last() == Some(&byte) && bytes.len() > at + 1;
                if opens && !closes {
                    open = Some(byte);
                    from = at + 1;
                }
            }
            b';' | b',' | b'&' | b'?' | b'|' if gives_value(bytes.get(at + 1..).unwrap_or(&[])) => from = at + 1,
            _ => {}
        }
    }
    from
}

/// Whether a text begins with `name=`.
fn gives_value(rest: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.');
    let length = rest.iter().take(40).take_while(is_name).count();
    length > 0 && rest.get(length) == Some(&b'=')
}

/// `5432/orders`, `9092,other`.
fn is_port_and_more(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits) && matches!(rest.as_bytes().get(digits), Some(b'/' | b'?' | b'#' | b',' | b';'))
}

fn is_of_user(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'#' | b'=' | b'{' | b'}')
}

/// Whether what follows an `@` may be a host at all: not a digest, a version or the end.
fn leads_to_host(after: &str) -> bool {
    let starts = after
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"[({/$%<*\\".contains(&byte));
    let is_digest = ["sha1:", "sha256:", "sha512:"]
        .iter()
        .any(|name| after.starts_with(name));
    starts && !is_digest && !is_version(after)
}

/// `1.2.3`, `v4`, but no address of four numbers.
fn is_version(after: &str) -> bool {
    let name = host_of(after);
    let name = name.strip_prefix('v').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && name.matches('.').count() < 3
}

/// The name of the host that a text begins with.
fn host_of(text: &str) -> &str {
    let end = text.find([':', '/', '?', ',', ';', ')', '"', '\'', '`', '}', ']', '\\']);
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// Whether what follows the `@` of `user/password@` is a host: by a dot and letters in its last label, or by its port.
fn is_host(after: &str) -> bool {
    let after = after.strip_prefix("//").unwrap_or(after);
    let host = host_of(after);
    let port = after.get(host.len()..).and_then(|rest| rest.strip_prefix(':'));
    let has_port = port.is_some_and(|port| port.bytes().take_while(u8::is_ascii_digit).count() >= 2);
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    let named = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let address = host.matches('.').count() == 3 && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !host.is_empty() && (has_port || named || address)
}

/// Identities that are written like logins: `serviceAccount:ci@shop.iam.gserviceaccount.com`.
fn is_principal(before: &str, after: &str) -> bool {
    host_of(after).ends_with(".gserviceaccount.com")
        || [
            "serviceAccount:",
            "group:",
            "domain:",
            "mailto:",
            "principal:",
            "acct:",
            "sip:",
        ]
        .iter()
        .any(|kind| before.starts_with(kind))
}
