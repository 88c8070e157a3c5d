//! Messages in, their fields out.

use proptest::prelude::*;

use super::{Content, Message, Packing, read};

fn shown(message: &Message, bytes: &[u8]) -> String {
    let field = |field: &super::Field| match field.content(bytes) {
        Content::Text(text) => format!("{}={}", field.name(), String::from_utf8_lossy(&text)),
        Content::Octets(octets) => format!("{}=({})", field.name(), octets.len()),
    };
    message.fields.iter().map(field).collect::<Vec<_>>().join(" ")
}

fn check(text: &str, expected: Option<&str>) {
    let found = read(text.as_bytes(), Packing::Characters);
    let found = found.map(|message| shown(&message, text.as_bytes()));
    assert_eq!(found.as_deref(), expected, "{text}");
}

fn check_packed(hex: &str, expected: Option<&str>) {
    let bytes = data_encoding::HEXUPPER.decode(hex.as_bytes()).expect("the case is hex");
    let found = read(&bytes, Packing::Packed).map(|message| shown(&message, &bytes));
    assert_eq!(found.as_deref(), expected, "{hex}");
}

#[test]
fn characters() {
    check("020060000000000000001641111152626280470000000", None);
    check("02006000000000000000164111115262628047000000", Some("DE2=4111115262628047"));
    check("02006000000000000000164111115262628047000000 ok", Some("DE2=4111115262628047"));
    check("0200400000000000100016411111526262804716ABCDEF0123456789", None);
    check(
        "02004000000000001000164111115262628047ABCDEF0123456789",
        Some("DE2=4111115262628047 DE52=ABCDEF0123456789"),
    );
    check(
        "02007238000128C18000164111115262628047000000000000001999032112000000000112000003210429060",
        Some("DE2=4111115262628047"),
    );
    check("02007238000128C18000164111115262628047000000000000001999133112000000000112000003210429060", None);
    check("08002220000000800000040000000000000001030311190000000001", None);
}

#[test]
fn packed_digits() {
    check_packed("02006000000000000000164111115262628047000000", Some("DE2=4111115262628047"));
    check_packed("0200600000000000000015378282246310005F000000", Some("DE2=378282246310005"));
    check_packed("02006000000000000000150378282246310005000000", Some("DE2=378282246310005"));
    check_packed("0200400000000000020016411111526262804700049F270180", Some("DE2=4111115262628047 DE55=(4)"));
    check_packed("0200600000000000000016411111526262804700000000", None);
}

/// Every field of a message has its format, so that digits by chance are one about never: with a fixed seed, so that
/// it is always the same digits.
#[test]
fn long_numbers_are_no_messages() {
    let mut state: u64 = 2026;
    let mut digit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'0' + (state >> 33) as u8 % 10
    };
    let messages = (0..20_000).filter(|number| {
        let digits: Vec<u8> = (0..30 + number % 90).map(|_| digit()).collect();
        read(&digits, Packing::Characters).is_some()
    });
    assert!(messages.count() <= 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(&bytes, Packing::Characters);
        let _ = read(&[&[2, 0, 0x70], &bytes[..]].concat(), Packing::Packed);
    }
}
