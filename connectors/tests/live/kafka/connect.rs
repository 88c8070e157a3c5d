//! Kafka Connect: what its connectors move, and what they could not.

use std::time::{Duration, Instant};

use dyetrace_connectors::{Movement, Place, Step};

use super::{seed, settings, source};
use crate::servers::connect::Connect;
use crate::servers::kafka::Kafka;

const SOURCE: &str = "\
name=from-file
connector.class=org.apache.kafka.connect.file.FileStreamSourceConnector
file=FOLDER/in
topic=connected
";

/// Its transform wants fields where there are lines, and so all that comes fails.
const SINK: &str = "\
name=to-file
connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
file=FOLDER/out
topics=connected
transforms=hide
transforms.hide.type=org.apache.kafka.connect.transforms.MaskField$Value
transforms.hide.fields=card,cvv
errors.tolerance=all
errors.deadletterqueue.topic.name=connected-dlq
errors.deadletterqueue.topic.replication.factor=1
errors.deadletterqueue.context.headers.enable=true
";

/// `from>to kind by count`, for each.
fn check(movements: &[Movement], folder: &str) -> String {
    let place = |place: &Place| match place {
        Place::Dataset(name) => name.expose().to_owned(),
        Place::Elsewhere { namespace, name } => format!("[{} {}]", namespace.expose(), name.expose()),
    };
    let said = movements.iter().map(|movement| {
        let (from, to) = (place(&movement.from), place(&movement.to));
        format!("{from}>{to} {} {} {:?}", movement.kind.id(), movement.by.expose(), movement.count)
    });
    said.collect::<Vec<_>>().join(", ").replace(folder, "FOLDER")
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn connectors_are_movements() {
    let kafka = Kafka::shared();
    for topic in ["connected", "connected-dlq"] {
        seed::topic(&kafka.plain(), topic, &[1], &[]);
    }
    let connect = Connect::start(kafka, &[SOURCE, SINK]);
    std::fs::write(connect.folder.join("in"), "one\ntwo\n").unwrap();
    let keys = [("topics", "connected*"), ("connect", &*connect.address)];
    let source = source(&settings(&kafka.plain(), &keys)).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while source.datasets().unwrap().datasets[1].partitions[0].size != Some(2) {
        assert!(Instant::now() < until, "nothing failed");
        std::thread::sleep(Duration::from_millis(200));
    }
    let folder = connect.folder.display().to_string();
    let access = source.access().unwrap();
    assert!(access.missed.is_empty());
    assert_eq!(
        check(&access.movements, &folder),
        "connected>connected-dlq naming  None, connected>connected-dlq redrive to-file None, \
         connected>[file FOLDER/out] connect to-file (MaskField: card, cvv) None, \
         [file FOLDER/in]>connected connect from-file None"
    );
    let partition = source.datasets().unwrap().datasets[1].partitions[0].clone();
    let mut reader = source.open(&partition, 0).unwrap();
    let end = loop {
        if let Step::End(end) = reader.next().unwrap() {
            break end;
        }
    };
    assert_eq!(check(&end.movements, &folder), "connected>connected-dlq retry to-file Some(2)");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_connect_that_is_down_is_missed() {
    let kafka = Kafka::shared();
    seed::topic(&kafka.plain(), "unconnected", &[1], &[]);
    let keys = [("topics", "unconnected"), ("connect", "http://127.0.0.1:1")];
    let access = source(&settings(&kafka.plain(), &keys)).unwrap().access().unwrap();
    let missed = access.missed.iter().map(|missed| format!("{:?}", missed.error.kind));
    assert_eq!(missed.collect::<Vec<_>>(), ["Unreachable"]);
}
