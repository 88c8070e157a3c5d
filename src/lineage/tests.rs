//! Small estates whose lineage can be told by hand.

use super::fixture::{Shop, fingerprint, listing};
use crate::detect::Identity;

mod property;

const HOUR: i64 = 3_600_000;

fn check(shop: Shop, expected: &str) {
    assert_eq!(listing(&shop.lineage()), expected);
}

/// Values of a range, each an hour after the last, and so much later.
fn hourly(values: std::ops::Range<u64>, late: i64) -> Vec<(u64, Option<i64>)> {
    values.map(|value| (value, Some(value as i64 * HOUR + late))).collect()
}

fn three() -> Shop {
    let shop = Shop::default().dataset("auth", "pay", "-", "cde");
    shop.dataset("log", "checkout", "-", "connected").dataset("contacts", "crm", "-", "out-of-scope")
}

#[test]
fn a_chain_has_no_shortcut() {
    let shop = three()
        .values("auth", "pan", "pan", &hourly(0..40, 0))
        .values("log", "msg", "pan", &hourly(5..30, 10))
        .values("contacts", "note", "pan", &hourly(10..20, 500));
    check(
        shop,
        "auth -> log [inferred] copied\n\
         log -> contacts [inferred] copied\n\
         auth:pan -> log:msg [inferred] copied\n\
         log:msg -> contacts:note [inferred] copied",
    );
}

#[test]
fn values_that_bypass_the_middle_keep_the_shortcut() {
    let shop = three()
        .values("auth", "pan", "pan", &hourly(0..40, 0))
        .values("log", "msg", "pan", &hourly(5..30, 10))
        .values("contacts", "note", "pan", &hourly(15..38, 500));
    let lineage = shop.lineage();
    let text = listing(&lineage);
    assert!(text.contains("auth -> contacts [inferred] copied"), "{text}");
}

#[test]
fn a_digest_comes_from_the_card() {
    let shop = three()
        .values("auth", "pan", "pan", &hourly(100..120, 0))
        .digests("auth", "pan", &hourly(0..20, 0))
        .values("contacts", "card_hash", "pan.hashed", &hourly(0..20, 90));
    check(
        shop,
        "auth -> contacts [inferred] hashed\n\
         auth:pan -> contacts:card_hash [inferred] hashed",
    );
}

#[test]
fn order_ids_alone_join_two_datasets_and_carry_nothing() {
    let shop = three().values("auth", "order", "", &hourly(0..20, 0)).values(
        "log",
        "order_ref",
        "",
        &hourly(0..20, 90),
    );
    let lineage = shop.lineage();
    assert_eq!(listing(&lineage), "auth -> log [inferred] copied");
    assert!(lineage.edges().all(|(_, edge)| edge.carries.is_empty()));
}

#[test]
fn without_times_the_zones_say_where_from() {
    let untimed: Vec<_> = (0..20).map(|value| (value, None)).collect();
    let shop = three().values("auth", "pan", "pan", &untimed).values("log", "msg", "pan", &untimed);
    check(shop, "auth -> log [inferred] copied\nauth:pan -> log:msg [inferred] copied");
}

#[test]
fn a_declared_flow_that_was_seen_has_both() {
    let shop = three()
        .values("auth", "pan", "pan", &hourly(0..40, 0))
        .values("log", "msg", "pan", &hourly(5..30, 10))
        .flow("pay", "checkout", "token");
    let lineage = shop.lineage();
    assert!(listing(&lineage).starts_with("auth -> log [declared inferred] copied"));
    for (id, _) in lineage.edges() {
        assert!(!lineage.is_shadow(id));
        assert_eq!(lineage.beyond_declared(id).len(), 1);
    }
}

#[test]
fn an_undeclared_flow_is_a_shadow() {
    let shop = three().values("auth", "pan", "pan", &hourly(0..40, 0)).values(
        "log",
        "msg",
        "pan",
        &hourly(5..30, 10),
    );
    let lineage = shop.lineage();
    assert!(lineage.edges().all(|(id, _)| lineage.is_shadow(id)));
}

/// Orders with a card at the source and its last four at the target, a second later.
fn masked(shop: Shop, tail: fn(u64) -> u64) -> Shop {
    let value = |kind: u64, order: u64| fingerprint(kind * 1000 + order);
    (0..20).fold(shop, |shop, order| {
        let id = ("order", "", Identity::Value(value(1, order)));
        let (number, digests) = (value(2, order), Vec::new());
        let card = Identity::Card { number, tail: value(3, order), digests };
        let mask = Identity::Tail(value(3, tail(order)));
        let at = order as i64 * HOUR;
        shop.row("auth", order, at, &[id.clone(), ("pan", "pan", card), ("cvc", "cvv", Identity::None)]).row(
            "contacts",
            order,
            at + 1000,
            &[id, ("mask", "pan.masked", mask), ("cvc", "cvv", Identity::None)],
        )
    })
}

#[test]
fn a_mask_belongs_to_the_card_of_the_same_order() {
    check(
        masked(three(), |order| order),
        "auth -> contacts [inferred] unknown\n\
         auth:cvc -> contacts:cvc [inferred] copied\n\
         auth:pan -> contacts:mask [inferred] masked",
    );
}

#[test]
fn masks_of_other_cards_make_no_edge() {
    check(masked(three(), |order| order + 1), "");
}

#[test]
fn a_token_that_nobody_else_holds_comes_from_its_card() {
    let shop = (0..20).fold(three(), |shop, order| {
        let value = |kind: u64| fingerprint(kind * 1000 + order);
        let (number, tail, digests) = (value(2), value(3), Vec::new());
        let id = ("order", "", Identity::Value(value(1)));
        let pan = ("pan", "pan", Identity::Card { number, tail, digests });
        let token = ("ref", "token", Identity::Value(value(4)));
        let at = order as i64 * HOUR;
        shop.row("auth", order, at, &[id.clone(), pan]).row("contacts", order, at + 9, &[id, token])
    });
    check(shop, "auth -> contacts [inferred] tokenized\nauth:pan -> contacts:ref [inferred] tokenized");
}

#[test]
fn a_webhook_that_brings_more_than_declared_shows_it() {
    let shop = three()
        .system("gw", "payment-gateway")
        .values("log", "body", "pan", &hourly(0..9, 0))
        .flow("gw", "checkout", "token");
    let lineage = shop.lineage();
    let (id, edge) = lineage.edges().next().unwrap();
    assert_eq!(super::fixture::text(edge), "(gw) -> log [declared] unknown");
    assert_eq!(lineage.beyond_declared(id), edge.carries);
    assert_eq!(edge.carries.len(), 1);
}
