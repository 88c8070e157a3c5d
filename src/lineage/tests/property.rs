//! What must hold of any lineage, whatever was seen and declared.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::lineage::{
    End, Lineage, ViewOptions,
    fixture::{Shop, listing},
};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
const TAGS: [&str; 4] = ["pan", "pan.hashed", "token", ""];

/// Dataset, tag, and values with times.
type Field = (usize, usize, Vec<(u64, Option<i64>)>);

fn shops() -> impl Strategy<Value = Shop> {
    let values = proptest::collection::vec((0u64..12, proptest::option::of(0i64..6)), 0..12);
    let fields = proptest::collection::vec((0usize..5, 0usize..4, values), 0..12);
    let flows = proptest::collection::vec((0usize..5, 0usize..5), 0..5);
    (fields, flows, 0usize..6).prop_map(|(fields, flows, gateway)| shop(fields, flows, gateway))
}

fn shop(fields: Vec<Field>, flows: Vec<(usize, usize)>, gateway: usize) -> Shop {
    let mut shop =
        NAMES.iter().skip(1).fold(Shop::default(), |shop, name| shop.dataset(name, name, "a", "cde"));
    if let Some(name) = NAMES.get(gateway) {
        shop = shop.system(name, "payment-gateway");
    }
    for (place, tag, values) in fields.into_iter().filter(|(place, ..)| *place > 0) {
        shop = shop.values(NAMES[place], TAGS[tag], TAGS[tag], &values);
    }
    flows.into_iter().fold(shop, |shop, (from, to)| shop.flow(NAMES[from], NAMES[to], "pan"))
}

/// All edges that lead to `end`, found by going over the list until nothing is new.
fn upstream(lineage: &Lineage, end: &End) -> BTreeSet<String> {
    let mut ends = BTreeSet::from([end.clone()]);
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for (id, edge) in lineage.edges().filter(|(_, edge)| edge.moves()) {
            if ends.contains(&edge.to) {
                ends.insert(edge.from.clone());
                found.insert(format!("{id:?}"));
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

proptest! {
    #[test]
    fn every_lineage_is_sound_and_the_same_again(shop in shops()) {
        prop_assert_eq!(listing(&shop.lineage()), listing(&shop.lineage()));
    }

    #[test]
    fn upstream_is_what_going_over_all_edges_finds(shop in shops()) {
        let lineage = shop.lineage();
        for name in NAMES {
            let end = End::Dataset(crate::detect::scrub(name));
            let found: BTreeSet<String> = lineage.upstream(&end).iter().map(|id| format!("{id:?}")).collect();
            prop_assert_eq!(found, upstream(&lineage, &end));
        }
    }

    #[test]
    fn downstream_is_upstream_backwards(shop in shops()) {
        let lineage = shop.lineage();
        for (id, edge) in lineage.edges().filter(|(_, edge)| edge.moves()) {
            prop_assert!(lineage.upstream(&edge.to).contains(&id));
            prop_assert!(lineage.downstream(&edge.from).contains(&id));
        }
    }

    #[test]
    fn a_path_ends_where_it_was_asked_to_and_goes_no_place_twice(shop in shops()) {
        let lineage = shop.lineage();
        for (_, edge) in lineage.edges().filter(|(_, edge)| edge.moves()) {
            let path = lineage.path_from_gateway(&edge.to, None);
            let ends: Vec<&End> = path.edges.iter().map(|id| &lineage.edge(*id).to).collect();
            prop_assert_eq!(ends.iter().collect::<BTreeSet<_>>().len(), ends.len());
        }
    }

    #[test]
    fn a_view_shows_one_edge_a_pair_and_only_ends_that_it_names(shop in shops()) {
        let lineage = shop.lineage();
        let view = lineage.view(&ViewOptions::default());
        let mut pairs = BTreeSet::new();
        for edge in view.edges.iter().map(|id| lineage.edge(*id)) {
            prop_assert!(pairs.insert((edge.from.name(), edge.to.name())));
            for end in [&edge.from, &edge.to] {
                let shown = if end.dataset().is_some() { &view.datasets } else { &view.systems };
                prop_assert!(shown.contains(end.name()));
            }
        }
    }
}
