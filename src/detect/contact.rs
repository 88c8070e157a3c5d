//! Names, addresses, mail and telephone numbers. Alone they are ordinary personal data and count little; beside a
//! token, last digits or an amount they tell how far payments have spread.

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    companions::{CardBeside, card_beside},
    detector::{Canonical, Evidence, Stands},
};

/// Names, addresses, mail and telephone numbers.
pub(super) static DETECTOR: Detector = Detector {
    id: "contact",
    class: Class::Contact,
    about: "mail addresses by form; telephone numbers, names and addresses by key",
    sources: &[
        "RFC 5321, RFC 5322: mail addresses",
        "RFC 2606, RFC 6761: names that are reserved for examples and for hosts",
        "ITU-T E.164: telephone numbers",
    ],
    examples: &[
        ("email = jenny.rosen@shop.co", "contact.clear"),
        ("message = receipt sent to <jenny+1@mail.example.com>\nlast4 = 8047", "contact.clear"),
        ("phone = +1 555-555-5555", "contact.clear"),
        ("customer.phone_number = 004915112345678", "contact.clear"),
        ("billing_details.name = Jenny Rosen", "contact.clear"),
        ("lastName = O'Néill-Smith", "contact.clear"),
        ("address.line1 = 354 Oyster Point Blvd", "contact.clear"),
        ("shipping_address = Musterstraße 1, Berlin", "contact.clear"),
        ("postal_code = SW1A 1AA", "contact.clear"),
    ],
    counterexamples: &[
        "message = git@github.com:a/b.git",
        "message = Author: Jenny Rosen <jenny@shop.co>",
        "message = java.lang.Object@1b2c3d4e",
        "message = root@db1.internal logged in",
        "message = left-pad@1.3.0",
        "message = icon@2x.png",
        "email = noreply@shop.co",
        "url = https://user@host.shop.co/x",
        "name = checkout-service",
        "service.name = checkout",
        "customer.name = null",
        "phone = unknown",
        "phone = 12",
        "ip_address = 10.0.0.1",
        "mac_address = 00:1b:44:11:3a:b7",
        "zip = archive.zip",
    ],
    find,
};

const MAIL: Evidence = Evidence(100, "form of a mail address");
const IN_TEXT: Evidence = Evidence(-250, "in text, and nothing of a payment beside it");
const MAIL_KEY: Evidence = Evidence(200, "the key names a mail address");
const TELEPHONE: Evidence = Evidence(200, "the key names a telephone number");
const NAME: Evidence = Evidence(100, "the key names a person");
const ADDRESS: Evidence = Evidence(100, "the key names an address");
const POSTCODE: Evidence = Evidence(50, "the key names a postal code");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let before = found.len();
    mails(context, found);
    if found.len() == before {
        found.extend(by_key(context));
    }
}

fn candidate(span: std::ops::Range<usize>, text: &[u8], test: Test, evidence: Vec<Evidence>) -> Candidate {
    let canonical = Canonical::new(&zeroize::Zeroizing::new(text.to_ascii_lowercase()));
    let stands = Stands::Value { canonical, shown: "***".to_owned() };
    Candidate::new(Tag { test, ..Tag::clear(Class::Contact) }, span, evidence, stands)
}

fn mails(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    let mut from = 0;
    for at in memchr::memchr_iter(b'@', value) {
        let local = value[from..at].iter().rev().take(64).take_while(|b| is_local(**b)).count();
        let domain = value[at + 1..].iter().take(253).take_while(|b| is_domain(**b)).count();
        let mut span = at - local..at + 1 + domain;
        while value[span.clone()].ends_with(b".") || value[span.clone()].ends_with(b"-") {
            span.end -= 1;
        }
        let (name, host) = (&value[span.start..at], &value[(at + 1).min(span.end)..span.end]);
        if let Some(test) = mailbox(name, host).filter(|_| !value[..span.start].ends_with(b"//")) {
            let mut evidence = vec![MAIL];
            if context.key().contains("mail") {
                evidence.push(MAIL_KEY);
            } else if span.len() < value.len() && card_beside(context) == CardBeside::None {
                evidence.push(IN_TEXT);
            }
            found.push(candidate(span.clone(), &value[span.clone()], test, evidence));
        }
        from = at + 1;
    }
}

/// Whether somebody could have this mailbox, and whether the host is reserved for examples.
fn mailbox(name: &[u8], host: &[u8]) -> Option<Test> {
    let host = std::str::from_utf8(host).ok()?;
    let (rest, top) = host.rsplit_once('.')?;
    let is_top = (2..=24).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_alphabetic());
    let labels = rest.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    let is_one = |list: &[&str], text: &str| list.iter().any(|other| other.eq_ignore_ascii_case(text));
    let name = std::str::from_utf8(name).ok()?;
    if name.is_empty() || !is_top || !labels || is_one(NO_HOSTS, top) || is_one(NO_PERSONS, name) {
        return None;
    }
    let owner = rest.rsplit('.').next().unwrap_or_default();
    let reserved = is_one(&["test", "example", "invalid"], top) || owner.eq_ignore_ascii_case("example");
    Some(if reserved { Test::Published } else { Test::Real })
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+'-".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

fn by_key(context: &Context<'_>) -> Option<Candidate> {
    let value = context.value().trim_ascii();
    let text = std::str::from_utf8(value).ok().filter(|text| (2..=120).contains(&text.len()))?;
    let key = context.key();
    let named = |endings: &[&str]| endings.iter().any(|ending| key.ends_with(ending));
    let parent = || context.field.path.keys().nth(1).unwrap_or_default().to_ascii_lowercase();
    let of_person = |parents: &[&str]| parents.iter().any(|word| parent().contains(word));
    let evidence = match key {
        _ if named(TELEPHONES) => is_telephone(text).then_some(TELEPHONE)?,
        "name" if of_person(PERSONS) => is_name(text).then_some(NAME)?,
        _ if NAMES.contains(&key) => is_name(text).then_some(NAME)?,
        "line1" | "line2" if of_person(ADDRESSED) => is_address(text).then_some(ADDRESS)?,
        _ if ADDRESSES.contains(&key) => is_address(text).then_some(ADDRESS)?,
        _ if named(POSTCODES) => is_postcode(text).then_some(POSTCODE)?,
        _ => return None,
    };
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    let canonical = if evidence == TELEPHONE { &digits } else { value };
    Some(candidate(0..context.value().len(), canonical, Test::Real, vec![evidence]))
}

/// Seven to fifteen digits and what stands between them.
fn is_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.bytes().all(|b| b.is_ascii_digit() || b"+()-./ ".contains(&b))
}

/// Letters of any script, and what stands between names.
fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2
        && text.chars().all(|c| c.is_alphabetic() || " .,'’-".contains(c))
        && !NO_NAMES.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A number and a word, or two words.
fn is_address(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && text.contains(' ') && !text.contains(['{', '<', '=', '|', '@'])
}

fn is_postcode(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
    plain && (3..=10).contains(&text.len()) && text.bytes().any(|b| b.is_ascii_digit())
}

/// Endings of keys.
const TELEPHONES: &[&str] = &[
    "cellphone",
    "fax",
    "mobile",
    "mobilenumber",
    "mobilephone",
    "msisdn",
    "phone",
    "phonenumber",
    "telephone",
    "telephonenumber",
];
const POSTCODES: &[&str] = &["postalcode", "postcode", "zipcode", "zip", "plz", "avszip"];
/// Whole keys.
const NAMES: &[&str] = &[
    "accountholdername",
    "billingname",
    "contactname",
    "customername",
    "familyname",
    "firstname",
    "fullname",
    "givenname",
    "lastname",
    "payername",
    "recipientname",
    "shippingname",
    "shoppername",
    "surname",
];
const ADDRESSES: &[&str] = &[
    "address",
    "address1",
    "address2",
    "addressline",
    "addressline1",
    "addressline2",
    "billingaddress",
    "billingstreet",
    "homeaddress",
    "mailingaddress",
    "mailingstreet",
    "postaladdress",
    "shippingaddress",
    "shippingstreet",
    "street",
    "street1",
    "street2",
    "streetaddress",
    "streetname",
];
/// Parts of the names of objects about a person.
const PERSONS: &[&str] = &[
    "beneficiary",
    "billing",
    "buyer",
    "contact",
    "creditor",
    "customer",
    "debtor",
    "payer",
    "person",
    "recipient",
    "shipping",
    "shopper",
];
const ADDRESSED: &[&str] = &["address", "billing", "shipping"];
/// What stands in for a name.
const NO_NAMES: &[&str] =
    &["false", "n.a.", "na", "name", "nil", "none", "null", "test", "true", "undefined", "unknown"];
/// The last labels of names that are no mail domain: hosts inside (RFC 6762, appendix G), files.
const NO_HOSTS: &[&str] = &[
    "arpa",
    "corp",
    "css",
    "csv",
    "gif",
    "git",
    "home",
    "html",
    "internal",
    "jar",
    "java",
    "jpeg",
    "jpg",
    "js",
    "json",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "log",
    "map",
    "php",
    "png",
    "py",
    "scss",
    "so",
    "svc",
    "svg",
    "ts",
    "txt",
    "webp",
    "xml",
    "yaml",
    "yml",
    "zip",
];
/// Mailboxes of machines.
const NO_PERSONS: &[&str] = &[
    "do-not-reply",
    "donotreply",
    "git",
    "hostmaster",
    "mailer-daemon",
    "no-reply",
    "no_reply",
    "noreply",
    "postmaster",
    "root",
    "webmaster",
];
