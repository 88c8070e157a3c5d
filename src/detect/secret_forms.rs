//! How the keys and secrets of payment providers look: a table. The detector of secrets and `scrub` both read it.

use super::forms::{Body, Form, Mode};

macro_rules! form {
    ($mode:ident, $shown:literal, $about:literal, $pattern:literal) => {
        Form { pattern: $pattern, shown: $shown, mode: Mode::$mode, body: Body::Opaque, about: $about }
    };
}

/// Where two fit, the first is meant. From the rules of gitleaks, TruffleHog and Kingfisher, Stripe's fixtures, and
/// Checkout.com's SDKs, which check keys by pattern. Not from a published source, and therefore wide: the length of
/// `whsec_` and `ek_`, the parts of Adyen's keys, of Klarna's, Paddle's, Omise's, Xendit's and Mercado Pago's (public
/// samples), Square's sandbox. Publishable keys (`pk_`,
/// `FLWPUBK`, `sq0idp-`) are no secrets.
pub(super) static FORMS: &[Form] = &[
    form!(Live, "sk_live_…", "form of a live secret key", r"sk_live_[0-9A-Za-z]{10,247}"),
    form!(Test, "sk_test_…", "form of a test secret key", r"sk_test_[0-9A-Za-z]{10,247}"),
    form!(Live, "rk_live_…", "form of a live restricted key", r"rk_live_[0-9A-Za-z]{10,247}"),
    form!(Test, "rk_test_…", "form of a test restricted key", r"rk_test_[0-9A-Za-z]{10,247}"),
    form!(Live, "ek_live_…", "form of a live ephemeral key", r"ek_live_[0-9A-Za-z+/,]{10,247}={0,2}"),
    form!(Test, "ek_test_…", "form of a test ephemeral key", r"ek_test_[0-9A-Za-z+/,]{10,247}={0,2}"),
    form!(Unsaid, "whsec_…", "form of a webhook secret", r"whsec_[0-9A-Za-z+/]{16,120}={0,2}"),
    form!(
        Unsaid,
        "pi_…_secret_…",
        "form of a client secret",
        r"pi_[0-9A-Za-z]{8,64}_secret_[0-9A-Za-z]{8,64}"
    ),
    form!(
        Unsaid,
        "seti_…_secret_…",
        "form of a client secret",
        r"seti_[0-9A-Za-z]{8,64}_secret_[0-9A-Za-z]{8,64}"
    ),
    form!(
        Test,
        "cs_test_…_secret_…",
        "form of a client secret",
        r"cs_test_[0-9A-Za-z]{8,90}_secret_[0-9A-Za-z%]{8,400}"
    ),
    form!(
        Live,
        "cs_live_…_secret_…",
        "form of a client secret",
        r"cs_live_[0-9A-Za-z]{8,90}_secret_[0-9A-Za-z%]{8,400}"
    ),
    form!(Unsaid, "accs_secret_…", "form of a client secret", r"accs_secret_{1,2}[0-9A-Za-z]{16,120}"),
    form!(Unsaid, "cuss_secret_…", "form of a client secret", r"cuss_secret_{1,2}[0-9A-Za-z]{16,120}"),
    form!(Test, "pst_test_…", "form of a terminal's connection token", r"pst_test_[0-9A-Za-z]{16,64}"),
    form!(Live, "pst_live_…", "form of a terminal's connection token", r"pst_live_[0-9A-Za-z]{16,64}"),
    form!(Unsaid, "src_client_secret_…", "form of a client secret", r"src_client_secret_[0-9A-Za-z]{10,64}"),
    form!(
        Test,
        "sk_test_…",
        "form of a test secret key",
        r"sk_test_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ),
    form!(Test, "sk_sbox_…", "form of a sandbox secret key", r"sk_sbox_[a-z2-7]{26}[a-z2-7*#$=]"),
    form!(
        Live,
        "sk_…",
        "form of a live secret key",
        r"sk_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ),
    form!(Live, "sk_…", "form of a live secret key", r"sk_[a-z2-7]{26}[a-z2-7*#$=]"),
    form!(
        Unsaid,
        "AQE…",
        "form of an Adyen API key",
        r#"AQE[0-9A-Za-z+/]{16,200}={0,2}-[0-9A-Za-z+/]{20,100}={0,2}(?:-[^\s"'<>,;&\\]{6,64})?"#
    ),
    form!(
        Test,
        "sandbox-sq0…",
        "form of a sandbox access token",
        r"sandbox-sq0(?:atp|atb|csp|csb)-[0-9A-Za-z_-]{20,43}"
    ),
    form!(Unsaid, "EAAA…", "form of a Square access token", r"EAAA[0-9A-Za-z_-]{60}\b"),
    form!(Live, "sq0atp-…", "form of an access token", r"sq0atp-[0-9A-Za-z_-]{22}"),
    form!(Live, "sq0csp-…", "form of an application secret", r"sq0csp-[0-9A-Za-z_-]{43}"),
    form!(
        Live,
        "access_token$production$…",
        "form of a Braintree access token",
        r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}"
    ),
    form!(
        Test,
        "access_token$sandbox$…",
        "form of a sandbox access token",
        r"access_token\$sandbox\$[0-9a-z]{16}\$[0-9a-f]{32}"
    ),
    form!(Live, "shp…_…", "form of a Shopify access token", r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}"),
    form!(Test, "FLWSECK_TEST-…", "form of a test secret key", r"FLWSECK_TEST-[0-9A-Za-z]{12,64}(?:-X)?"),
    form!(Live, "FLWSECK-…", "form of a live secret key", r"FLWSECK-[0-9A-Za-z]{12,64}-X"),
    form!(Live, "skey_…", "form of an Omise secret key", r"skey_[0-9a-z]{19}\b"),
    form!(Test, "skey_test_…", "form of an Omise test key", r"skey_test_[0-9a-z]{19}\b"),
    form!(
        Live,
        "klarna_live_api_…",
        "form of a live API key",
        r"klarna_live_api_[0-9A-Za-z+/]{20,200}={0,2}"
    ),
    form!(
        Test,
        "klarna_test_api_…",
        "form of a test API key",
        r"klarna_test_api_[0-9A-Za-z+/]{20,200}={0,2}"
    ),
    form!(
        Live,
        "pdl_live_apikey_…",
        "form of a live API key",
        r"pdl_live_apikey_[0-9a-z]{26}_[0-9A-Za-z]{22}_[0-9A-Za-z]{3}"
    ),
    form!(
        Test,
        "pdl_sdbx_apikey_…",
        "form of a sandbox API key",
        r"pdl_sdbx_apikey_[0-9a-z]{26}_[0-9A-Za-z]{22}_[0-9A-Za-z]{3}"
    ),
    form!(
        Live,
        "APP_USR-…",
        "form of a Mercado Pago access token",
        r"APP_USR-[0-9]{10,16}-[0-9]{6}-[0-9a-f]{32}-[0-9]{5,12}"
    ),
    form!(
        Test,
        "TEST-…",
        "form of a Mercado Pago test token",
        r"TEST-[0-9]{10,16}-[0-9]{6}-[0-9a-f]{32}-[0-9]{5,12}"
    ),
    form!(
        Live,
        "xnd_production_…",
        "form of a live secret key",
        r"xnd_production_[0-9A-Za-z+/]{40,80}={0,2}"
    ),
    form!(
        Test,
        "xnd_development_…",
        "form of a test secret key",
        r"xnd_development_[0-9A-Za-z+/]{40,80}={0,2}"
    ),
    form!(
        Test,
        "access-sandbox-…",
        "form of a sandbox access token",
        r"access-(?:sandbox|development)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ),
    form!(
        Live,
        "access-production-…",
        "form of a live access token",
        r"access-production-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ),
];
