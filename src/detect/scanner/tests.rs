//! All instruction sets see the same, wherever a text begins and is cut; what is passed over holds nothing.

use proptest::prelude::*;

use super::*;
use crate::detect::DETECTORS;

/// The places that are worth decoding, by the line that they stand in.
fn worthy(isa: Isa, effort: Effort, text: &[u8]) -> Vec<(usize, bool)> {
    let mut skimmed = Skimmed::default();
    Scanner::with(isa, effort).skim(text, Laid::Lines, &mut skimmed);
    let lines = |at: usize| memchr::memchr_iter(b'\n', &text[..at]).count();
    assert_eq!(skimmed.lines as usize, lines(text.len()));
    let mut worthy: Vec<_> =
        skimmed.worthy.iter().map(|worthy| (lines(worthy.at), worthy.is_sample)).collect();
    worthy.sort_unstable();
    worthy.dedup();
    worthy
}

/// Every example of every detector, a line each, where it has no line end.
fn examples() -> Vec<u8> {
    let examples = DETECTORS.iter().flat_map(|detector| detector.examples);
    let lines: Vec<String> = examples
        .map(|(example, _)| example.replace('\n', " ; "))
        .map(|example| format!("{example} end\n"))
        .collect();
    lines.concat().into_bytes()
}

#[test]
fn all_instruction_sets_see_the_same_at_every_alignment() {
    let text = examples();
    for shift in 0..64 {
        let shifted = [&vec![b' '; shift][..], &text].concat();
        let expected = worthy(Isa::Portable, Effort::Normal, &shifted);
        assert!(!expected.is_empty());
        for isa in Isa::detected() {
            assert_eq!(worthy(isa, Effort::Normal, &shifted), expected, "{isa:?} at {shift}");
        }
    }
}

#[test]
fn a_record_is_found_wherever_the_text_is_cut() {
    let line: &[u8] = b"{\"order\":17,\"card\":\"4111111111111111\",\"ref\":\"4012 8888 8888 1881\"}\n";
    let text = [line, line, line].concat();
    for cut in 0..=text.len() {
        let found = worthy(Isa::Portable, Effort::Fast, &text[..cut]);
        for isa in Isa::detected() {
            assert_eq!(worthy(isa, Effort::Fast, &text[..cut]), found, "{isa:?} cut at {cut}");
        }
        let whole = cut / line.len();
        assert!(found.len() >= whole, "cut at {cut}: {found:?}");
    }
}

/// More than a stride, with numbers over the borders of blocks, of parts and of strides.
#[test]
fn all_instruction_sets_see_the_same_over_strides() {
    let line =
        |n: usize| format!("{n} pan 4111 1111 1111 1111 {} x{}\n", "ab1".repeat(n % 23), "-".repeat(n % 61));
    let text: String = (0..400).map(line).collect();
    let bytes = text.as_bytes();
    for cut in [4095, 4096, 4097, 8192, 20_000, bytes.len()] {
        let expected = worthy(Isa::Portable, Effort::Normal, &bytes[..cut]);
        let whole = bytes[..cut].iter().filter(|byte| **byte == b'\n').count();
        assert!(expected.len() >= whole, "cut at {cut}");
        for isa in Isa::detected() {
            assert_eq!(worthy(isa, Effort::Normal, &bytes[..cut]), expected, "{isa:?} cut at {cut}");
        }
    }
}

proptest! {
    #[test]
    fn all_instruction_sets_see_the_same_in_anything(text in "([0-9]{1,20}|[A-Za-z0-9]{1,30}|[ -~]{1,9}|cvv|\\\\x3[0-9]|pin|\n|…|•){0,60}") {
        let expected = worthy(Isa::Portable, Effort::Normal, text.as_bytes());
        for isa in Isa::detected() {
            prop_assert_eq!(&worthy(isa, Effort::Normal, text.as_bytes()), &expected, "{:?}", isa);
        }
    }
}

/// Whether the bytes of a record say that decoding it may find something.
fn is_worthy(text: &str) -> bool {
    let mut skimmed = Skimmed::default();
    Scanner::new(Effort::Normal).skim(text.as_bytes(), Laid::Lines, &mut skimmed);
    !skimmed.worthy.is_empty()
}

/// Left to a thorough look: forms that have nothing to be told by in raw bytes but a common word, or nothing.
const THOROUGH: [&str; 25] = [
    "card_number = 4.11112E+15",
    "message = charged your Visa card ending in 1111",
    "card.cardSummary = 1111",
    "card.suffix = 1111",
    "cardBin = 41111111",
    "x = 9bbef19476623ca56c17da75fd57734dbf82530686043a6e491c6d71befe8f6e",
    "message = user 5910F4EA0062A0E29AFD3DCCC741E3CE",
    "DE52 = 0592789FFFEDCBA9",
    "token = tok_visa",
    "nonce = fake-valid-nonce",
    "storedPaymentMethodId = M5N7TQ4TG5PFWR50",
    "additionalData.recurring.recurringDetailReference = 8415995487234100",
    "payment_method_token = 6tk2gr",
    "card.token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
    "token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
    "tokenInformation.paymentInstrument.id = 9DB8D56A1FC4F5E7E053AF598E0A2C33",
    "x = sk_test_0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
    "x = access-sandbox-0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
    "adyen.hmacKey = 44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    "encPan = 9f86d081884c7d659a2feaa0c55ad015",
    "cardData = -----BEGIN PGP MESSAGE-----",
    "paymentData.data = Mq3k7Lz0Pw9Xv2Bt5RnY8sJdZk81hWq0PmTn5Yc7Df",
    "encryptedMessage = Mq3k7Lz0Pw9Xv2Bt5RnY8sJdZk81hWq0PmTn5Yc7Df",
    "cvv_encrypted = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0",
    "BRAINTREE_PRIVATE_KEY = 3b0c9f6a41d27e58c3b0a9d8e7f61524",
];

/// Classes that are told only where something else of a card is: their records are decoded for that.
const COMPANIONS: [&str; 6] = ["expiry.", "cardholder.", "service-code.", "contact.", "account.", "psp-id."];

#[test]
fn every_example_is_worth_decoding() {
    let mut missed = Vec::new();
    for (example, tag) in DETECTORS.iter().flat_map(|detector| detector.examples) {
        let is_companion = COMPANIONS.iter().any(|class| tag.starts_with(class));
        if !is_companion && !THOROUGH.iter().any(|left| example.starts_with(left)) && !is_worthy(example) {
            missed.push(format!("{tag}: {example}"));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn plain_lines_are_not() {
    for line in [
        "GET /health 200 3 ms",
        "{\"level\":\"warn\",\"msg\":\"retry 3\",\"n\":17}",
        "2026-11-26T17:10:35.123Z INFO [main] shipping of order 100042 began, trace 0123456789abcdef0123456789abcdef",
        "10.0.0.1 - - [26/Nov/2026:17:10:35 +0000] \"GET /a/1?page=2 HTTP/1.1\" 200 1234 \"-\" \"curl/8.1\"",
    ] {
        assert!(!is_worthy(line), "{line}");
    }
}

#[test]
fn of_numbers_that_are_none_a_sample_is_decoded() {
    let line = |n: u64| {
        format!("{{\"order_id\":\"4{:015}\"}}\n", n.wrapping_mul(2_654_435_761) % 1_000_000_000_000_000)
    };
    let text: String = (0..20_000).map(line).collect();
    let seen = worthy(Isa::detected()[0], Effort::Normal, text.as_bytes());
    let samples = seen.iter().filter(|(_, is_sample)| *is_sample).count();
    assert!((64 + 20_000 / 48..64 + 20_000 / 20).contains(&samples), "{samples}");
    // One in ten has the right check digit, and is decoded whether or not it belongs to the sample.
    assert!((1_800..3_200).contains(&seen.len()), "{}", seen.len());
}
