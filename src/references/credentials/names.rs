//! The table of names of credentials: one more word is one more row.

use super::super::keys::{Lexicon, Word, qualifiers, trail};
use std::sync::LazyLock;

/// Whether the key path ends in the name of a credential.
pub(super) fn is_secret_path(path: &[&str]) -> bool {
    if let [.., block, _] = path
        && BLOCKS.iter().any(|known| known.eq_ignore_ascii_case(block))
    {
        return true;
    }
    let trail = trail(path);
    let skip = qualifiers(&trail, 0);
    verdict(&trail, 0)
        .or_else(|| verdict(&trail, skip))
        .unwrap_or_else(|| is_glued(&trail, 0) || is_glued(&trail, skip))
}

/// Whether a name in some text (`password=`, `"apiKey":`) is that of a credential. As keys of a file, plurals lead to names
/// of credentials: `secrets: [db-password]`.
pub(in crate::references) fn is_secret_name(name: &str) -> bool {
    let last = name.rsplit(|one: char| !one.is_alphanumeric()).next().unwrap_or("");
    let mut known = PLURALS.iter().chain(OF_ACCOUNTS);
    let is_plural = known.any(|plural| plural.eq_ignore_ascii_case(last));
    is_plural || is_secret_path(&[name])
}

/// Whether a word ends in the name of a credential without any border before it: `keystorepassword`, `bindpw`.
fn is_glued(trail: &[Word<'_>], from: usize) -> bool {
    let Some(word) = trail.get(from).map(|word| word.text.as_bytes()) else {
        return false;
    };
    let ends = |end: &&str| {
        let cut = word.len().checked_sub(end.len());
        cut.and_then(|at| word.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    ENDINGS.iter().any(|end| ends(end)) && !ORDINARY.iter().any(|end| ends(end))
}

/// What glued names of credentials end in.
const ENDINGS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passwrd",
    "pasword",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pswd",
    "psw",
    "pass",
    "pw",
    "secret",
    "token",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
    "authkey",
    "sharedkey",
    "licensekey",
    "serialkey",
    "unsealkey",
    "sealkey",
    "signingkey",
    "encryptionkey",
    "psk",
    "credential",
    "credentials",
];

/// Words that end like that and are none.
const ORDINARY: &[&str] = &[
    "compass",
    "bypass",
    "trespass",
    "surpass",
    "overpass",
    "underpass",
    "multipass",
    "singlepass",
    "onepass",
    "firstpass",
    "lastpass",
    "keepass",
    "existingsecret",
    "pullsecret",
    "tlssecret",
];

/// Names of many credentials.
const PLURALS: &[&str] = &["secrets", "tokens", "passes"];

/// Keys of an account, which elsewhere are those of a table.
const OF_ACCOUNTS: &[&str] = &["primarykey", "secondarykey", "key1", "key2"];

/// Blocks whose every value is a credential.
const BLOCKS: &[&str] = &["passwords", "passphrases"];

/// Whether the key path ends in a word that may be the name of a credential, if the value looks like one.
pub(super) fn is_key(path: &[&str]) -> bool {
    let trail = trail(path);
    let last = trail.first().map_or("", |word| word.text);
    ["key", "keys", "code", "signature", "hash"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(last))
        && !is_public(&trail)
}

/// Whether values of this key look random without being credentials.
pub(super) fn is_public_key(path: &[&str]) -> bool {
    let trail = trail(path);
    let last = trail.get(qualifiers(&trail, 0)).map_or("", |word| word.text);
    PUBLIC.iter().any(|name| name.eq_ignore_ascii_case(last)) || is_public(&trail)
}

/// Words at the end of a key whose values look random and are no credentials.
const PUBLIC: &[&str] = &[
    "id",
    "ids",
    "arn",
    "arns",
    "sha",
    "digest",
    "checksum",
    "fingerprint",
    "commit",
    "revision",
    "rev",
    "ref",
    "branch",
    "version",
    "tag",
    "image",
    "icon",
    "ca",
    "cert",
    "certificate",
    "etag",
];

fn verdict(trail: &[Word<'_>], from: usize) -> Option<bool> {
    let (row, _) = WORDS.ending_at(trail.get(from..)?).next()?;
    NAMES.get(row).map(|row| row.1)
}

fn is_public(trail: &[Word<'_>]) -> bool {
    verdict(trail, 0) == Some(false)
}

static WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(NAMES.iter().map(|row| row.0)));

/// What the end of a key path says: a credential, or (where a shorter row would say so) none. The longest row wins.
const NAMES: &[(&str, bool)] = &[
    ("password", true),
    ("passwords", true),
    ("passwd", true),
    ("pwd", true),
    ("pass", true),
    ("passphrase", true),
    ("passcode", true),
    ("pass word", true),
    ("pass words", true),
    ("pass wd", true),
    ("pass phrase", true),
    ("pass code", true),
    ("passwort", true),
    ("kennwort", true),
    ("senha", true),
    ("heslo", true),
    ("contrasena", true),
    ("contraseña", true),
    ("clave", true),
    ("motdepasse", true),
    ("mot de passe", true),
    ("wachtwoord", true),
    ("lozinka", true),
    ("geslo", true),
    ("haslo", true),
    ("hasło", true),
    ("parola", true),
    ("losenord", true),
    ("lösenord", true),
    ("salasana", true),
    ("jelszo", true),
    ("salt", true),
    ("passw", true),
    ("pgpassw", true),
    ("password hash", true),
    ("password enc", true),
    ("password encrypted", true),
    ("password old", true),
    ("password new", true),
    ("password value", true),
    ("passwordold", true),
    ("passwordnew", true),
    ("otp", true),
    ("cookie", true),
    ("jwt", true),
    ("psk", true),
    ("wpa psk", true),
    ("pre shared key", true),
    ("preshared key", true),
    ("unseal key", true),
    ("seal key", true),
    ("session id", true),
    ("sessionid", true),
    ("oauth", true),
    ("dkim private", true),
    ("activation code", true),
    ("unlock code", true),
    ("recovery code", true),
    ("recovery codes", true),
    ("invite code", true),
    ("serial key", true),
    ("clientsecretvalue", true),
    ("secretvalue", true),
    ("cred", true),
    ("masterauth", true),
    ("xauth", true),
    ("auth key", true),
    ("authkey", true),
    ("ssl key", true),
    ("sslkey", true),
    ("tls key", true),
    ("client key", true),
    ("clientkey", true),
    ("consumer key", true),
    ("crypto key", true),
    ("cryptokey", true),
    ("fernet key", true),
    ("fernetkey", true),
    ("cipher key", true),
    ("cipherkey", true),
    ("jwtkey", true),
    ("pgpassword", true),
    ("pgpass", true),
    ("dbpassword", true),
    ("dbpasswd", true),
    ("dbpass", true),
    ("dbpwd", true),
    ("userpassword", true),
    ("userpass", true),
    ("htpasswd", true),
    ("secret", true),
    ("secretkey", true),
    ("secret key", true),
    ("secret key base", true),
    ("secret string", true),
    ("secret value", true),
    ("secret data", true),
    ("secret binary", true),
    ("secret access key", true),
    ("secretaccesskey", true),
    ("client secret", true),
    ("clientsecret", true),
    ("token", true),
    ("authtoken", true),
    ("accesstoken", true),
    ("access tokens", true),
    ("apitoken", true),
    ("api token", true),
    ("pat", true),
    ("sas", true),
    ("sig", true),
    ("apikey", true),
    ("apikeys", true),
    ("api key", true),
    ("api keys", true),
    ("app key", true),
    ("appkey", true),
    ("application key", true),
    ("private key", true),
    ("privatekey", true),
    ("private pem", true),
    ("access key", true),
    ("accesskey", true),
    ("access keys", true),
    ("access key id", true),
    ("accesskeyid", true),
    ("shared access key", true),
    ("sharedaccesskey", true),
    ("shared access signature", true),
    ("sharedaccesssignature", true),
    ("shared key", true),
    ("sharedkey", true),
    ("account key", true),
    ("accountkey", true),
    ("storage key", true),
    ("master key", true),
    ("masterkey", true),
    ("signing key", true),
    ("signingkey", true),
    ("encryption key", true),
    ("encryptionkey", true),
    ("decryption key", true),
    ("validation key", true),
    ("machine key", true),
    ("data key", true),
    ("hmac", true),
    ("hmac key", true),
    ("aes key", true),
    ("jwt key", true),
    ("rsa key", true),
    ("ssh key", true),
    ("sshkey", true),
    ("pgp key", true),
    ("gpg key", true),
    ("deploy key", true),
    ("session key", true),
    ("license key", true),
    ("licence key", true),
    ("instrumentation key", true),
    ("instrumentationkey", true),
    ("integration key", true),
    ("routing key", false),
    ("service key", true),
    ("subscription key", true),
    ("function key", true),
    ("functions key", true),
    ("admin key", true),
    ("write key", true),
    ("credential", true),
    ("credentials", true),
    ("creds", true),
    ("auth", true),
    ("basic auth", true),
    ("auth header", true),
    ("authorization", true),
    ("bearer", true),
    ("pepper", true),
    ("mnemonic", true),
    ("seed phrase", true),
    ("dockerconfigjson", true),
    ("docker config json", true),
    ("slack webhook", true),
    ("slack webhook url", true),
    ("slack url", true),
    ("teams webhook", true),
    ("teams webhook url", true),
    ("discord webhook", true),
    ("discord webhook url", true),
    ("chat webhook", true),
    ("chat webhook url", true),
    // Names of credentials, and what is no credential at all.
    ("existing secret", false),
    ("image pull secret", false),
    ("password secret", false),
    ("tls secret", false),
    ("secret key ref key", false),
    ("id token", false),
    ("max tokens", false),
    ("public key", false),
    ("publickey", false),
    ("ssh public key", false),
    ("public ssh key", false),
    ("public access key", false),
    ("primary key", false),
    ("foreign key", false),
    ("partition key", false),
    ("sort key", false),
    ("hash key", false),
    ("range key", false),
    ("cache key", false),
    ("kms key", false),
    ("remote ref key", false),
    ("config map key ref key", false),
    ("source hash", false),
    ("source code hash", false),
    ("content hash", false),
    ("proxy pass", false),
    ("fastcgi pass", false),
    ("uwsgi pass", false),
    ("grpc pass", false),
    ("first pass", false),
    ("by pass", false),
];
