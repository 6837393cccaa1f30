//! Whom TLS trusts: the system's authorities, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, and beside them a bundled
//! list for containers that have none.

use crate::error::{Error, Result};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// The configuration of TLS.
///
/// # Errors
/// Where `SSL_CERT_FILE` or `SSL_CERT_DIR` is set and holds no certificate: whoever sets it means it.
pub(super) fn tls() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    let named = named.into_iter().find(|name| std::env::var_os(name).is_some());
    if let (0, Some(name)) = (added, named) {
        return Err(Error::new(format!("{name} names no file with certificates"))
            .hint("name a PEM file with the authority that signed your server's certificate"));
    }
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(format!("TLS cannot be set up: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
