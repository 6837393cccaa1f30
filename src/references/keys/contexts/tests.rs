use super::SilentContext::*;
use super::*;

#[test]
fn contexts_that_silence() {
    let cases: &[(&str, SilentContext)] = &[
        ("allowed_origins", AllowedOrigins),
        ("app > cors > origin", AllowedOrigins),
        ("CorsAllowedOriginsStaging", AllowedOrigins),
        ("DJANGO_ALLOWED_HOSTS", AllowedOrigins),
        ("csrf_trusted_origins", AllowedOrigins),
        ("ip-whitelist > office", AllowedOrigins),
        ("NO_PROXY", DenyList),
        ("http.nonProxyHosts", DenyList),
        ("blocklist > hosts", DenyList),
        ("exclude_buckets", DenyList),
        ("route53_zones > example.com > lb_alias_records > name", DnsRecords),
        ("resource > aws_route53_record > www > name", DnsRecords),
        ("hosted_zone_id", DnsRecords),
        ("records > records", DnsRecords),
        ("acm_certificates > app > domain_name", CertificateNames),
        ("subject_alternative_names", CertificateNames),
        ("spec > dnsNames", CertificateNames),
        ("ingress > tls > hosts", CertificateNames),
        ("cert-issuer", CertificateIssuer),
        ("cert-manager.io/cluster-issuer", CertificateIssuer),
        ("letsencrypt > server", CertificateIssuer),
        ("cloudwatch_dashboards > widgets > url", Monitoring),
        ("alerts > target > host", Monitoring),
        ("rule > tagPrefixList", LifecycleRules),
        ("lifecycle_rules > prefix", LifecycleRules),
        ("environment > reviewers", People),
        ("slack_channel", People),
        ("deploy > needs", Promotion),
        ("promotion > source", Promotion),
        ("egress > hosts", NetworkRules),
        ("vpc_peerings > name", NetworkRules),
        ("security_groups > db > ingress > cidr_blocks", NetworkRules),
        ("backup > bucket", Transfer),
        ("restore_source_db", Transfer),
        ("db_refresh > source > host", Transfer),
        ("refresh_db_name", Transfer),
        ("export_bucket", Transfer),
        ("MIGRATION_SOURCE_ACCOUNT_ID", Transfer),
        ("redis_plan", Sizing),
        ("sku > name", Sizing),
        ("instance_type", Sizing),
        ("ebs_volumes > /dev/sdb > kind", Devices),
        ("device_name", Devices),
        ("dependency > vpc > mock_outputs > vpc_id", MockOutputs),
        ("features > newCheckout > state", Features),
        ("feature-flags > x", Features),
        ("sso_role_name", SsoRoles),
        ("variable > bucket > description", Documentation),
        ("jobs > build > steps > name", Documentation),
        ("labels > env", Documentation),
        ("tags > Environment", Documentation),
        ("image > repository", Packaging),
        ("image_tag", Packaging),
        ("chart > version", Packaging),
        ("helm.sh/chart", Packaging),
        ("devDependencies > left", Packaging),
        ("logging.level.org.shop", Logging),
        ("LOG_LEVEL", Logging),
        ("mountPath", FilePaths),
        ("log_file", FilePaths),
        ("support_email", Email),
        ("cron_schedule", Schedules),
    ];
    for &(path, expected) in cases {
        let path: Vec<_> = path.split(" > ").collect();
        assert_eq!(context(&path), Some(expected), "{path:?}");
    }
}

#[test]
fn contexts_that_do_not() {
    let cases = [
        "redirect_uri",
        "oauth > redirect_uris",
        "spring.datasource.url",
        "DATABASE_URL",
        "db > host",
        "images_bucket",
        "image_store > bucket",
        "jobs > deploy > steps > working-directory",
        "var_file",
        "vault_path",
        "optimized-bucket-path",
        "certificate_arn",
        "syncopated > host",
        "notify_api_url",
        "NOTIFICATION_QUEUE_URL",
        "token_refresh > ",
        "refresh_token_url",
        "ingress > host",
        "annotations > iam.example.com/role",
        "metadata > name",
        "customers > url",
        "developer_portal > url",
        "tagged_bucket",
        "kafka.topic",
        "channel_service > url",
        "message_queue > url",
        "environment",
        "stack",
        "monitoring > endpoint",
        "secret_name",
        "",
    ];
    for path in cases {
        let path: Vec<_> = path.split(" > ").collect();
        assert_eq!(context(&path), None, "{path:?}");
    }
}

#[test]
fn every_context_has_its_own_reason_and_phrase() {
    let mut seen = std::collections::BTreeMap::new();
    for (phrase, _, context) in CONTEXTS {
        assert!(!phrase.is_empty());
        seen.insert(*context, context.reason());
    }
    let reasons: std::collections::BTreeSet<_> = seen.values().collect();
    assert_eq!((seen.len(), reasons.len()), (23, 23));
}
