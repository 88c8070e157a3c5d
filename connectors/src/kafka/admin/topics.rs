//! Topics: their settings, and the time of their newest records.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ffi::CString;

use rdkafka::bindings as native;
use rdkafka::bindings::rd_kafka_admin_op_t as Op;
use rdkafka::bindings::rd_kafka_resp_err_t as Answer;
use rdkafka::error::RDKafkaErrorCode as Code;

use super::{Admin, Mark, c_text, list, text};

/// A topic's settings by name, or why they are not told.
pub(in crate::kafka) type Told = (String, Result<BTreeMap<String, String>, Code>);

impl Admin<'_> {
    /// For each partition: the offset after its newest record, and the newest record's time.
    pub(in crate::kafka) fn newest(self, partitions: &[(String, i32)]) -> Result<Vec<(Mark, i64)>, Code> {
        let ends = self.offsets(partitions, native::rd_kafka_OffsetSpec_t::RD_KAFKA_OFFSET_SPEC_LATEST)?;
        let times =
            self.offsets(partitions, native::rd_kafka_OffsetSpec_t::RD_KAFKA_OFFSET_SPEC_MAX_TIMESTAMP)?;
        let time = |end: &(Mark, i64)| {
            times.iter().find(|((topic, partition, _), _)| *topic == end.0.0 && *partition == end.0.1)
        };
        Ok(ends.iter().filter_map(|end| Some((end.0.clone(), time(end)?.1))).collect())
    }

    fn offsets(
        self,
        partitions: &[(String, i32)],
        which: native::rd_kafka_OffsetSpec_t,
    ) -> Result<Vec<(Mark, i64)>, Code> {
        let names: Vec<CString> =
            partitions.iter().map(|(topic, _)| c_text(topic)).collect::<Result<_, _>>()?;
        let size = i32::try_from(partitions.len()).unwrap_or(i32::MAX);
        // SAFETY: the list is ours until it is destroyed, once, below.
        let asked = unsafe { native::rd_kafka_topic_partition_list_new(size) };
        for (topic, (_, partition)) in names.iter().zip(partitions) {
            // SAFETY: the name is copied, and what is added stays where it is until more is added.
            unsafe {
                let added = native::rd_kafka_topic_partition_list_add(asked, topic.as_ptr(), *partition);
                (*added).offset = which as i64;
            }
        }
        // SAFETY: handles and list are alive until `ask` returns.
        let event = self.ask(Op::RD_KAFKA_ADMIN_OP_LISTOFFSETS, |library, options, queue| unsafe {
            native::rd_kafka_ListOffsets(library, asked, options, queue);
        });
        // SAFETY: the library copied the question.
        unsafe { native::rd_kafka_topic_partition_list_destroy(asked) };
        let event = event?;
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        unsafe {
            let answer = native::rd_kafka_event_ListOffsets_result(event.0.as_ptr());
            let answered = list(|count| native::rd_kafka_ListOffsets_result_infos(answer, count));
            Ok(answered.iter().filter_map(|answer| offset(*answer)).collect())
        }
    }

    /// Settings of each topic, or why they are not told.
    pub(in crate::kafka) fn settings(self, topics: &[&str]) -> Result<Vec<Told>, Code> {
        self.configs(native::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC, topics)
    }

    /// Whether a broker has no authorizer, so that everybody may do everything.
    pub(in crate::kafka) fn is_open(self, broker: i32) -> Result<bool, Code> {
        let kind = native::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_BROKER;
        let told = self.configs(kind, &[&broker.to_string()])?;
        let (_, settings) = told.into_iter().next().ok_or(Code::Fail)?;
        Ok(settings?.get("authorizer.class.name").is_none_or(String::is_empty))
    }

    fn configs(self, kind: native::rd_kafka_ResourceType_t, names: &[&str]) -> Result<Vec<Told>, Code> {
        let names: Vec<CString> = names.iter().map(|name| c_text(name)).collect::<Result<_, _>>()?;
        // SAFETY: the name is copied; each is destroyed once, below.
        let question = |name: &CString| unsafe { native::rd_kafka_ConfigResource_new(kind, name.as_ptr()) };
        let mut asked: Vec<_> = names.iter().map(question).collect();
        // SAFETY: handles and list are alive until `ask` returns.
        let event = self.ask(Op::RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, |library, options, queue| unsafe {
            native::rd_kafka_DescribeConfigs(library, asked.as_mut_ptr(), asked.len(), options, queue);
        });
        // SAFETY: the library copied the question.
        unsafe { native::rd_kafka_ConfigResource_destroy_array(asked.as_mut_ptr(), asked.len()) };
        let event = event?;
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        unsafe {
            let answer = native::rd_kafka_event_DescribeConfigs_result(event.0.as_ptr());
            let told = list(|count| native::rd_kafka_DescribeConfigs_result_resources(answer, count));
            Ok(told.iter().map(|topic| settings_of(*topic)).collect())
        }
    }
}

/// # Safety
/// `answer` is alive.
unsafe fn offset(answer: *const native::rd_kafka_ListOffsetsResultInfo_t) -> Option<(Mark, i64)> {
    // SAFETY: as the caller says.
    unsafe {
        let mark = native::rd_kafka_ListOffsetsResultInfo_topic_partition(answer).as_ref()?;
        let time = native::rd_kafka_ListOffsetsResultInfo_timestamp(answer);
        (mark.err == Answer::RD_KAFKA_RESP_ERR_NO_ERROR)
            .then(|| ((text(mark.topic), mark.partition, mark.offset), time))
    }
}

/// # Safety
/// `topic` is alive.
unsafe fn settings_of(topic: *const native::rd_kafka_ConfigResource_t) -> Told {
    // SAFETY: as the caller says.
    unsafe {
        let name = text(native::rd_kafka_ConfigResource_name(topic));
        let error = native::rd_kafka_ConfigResource_error(topic);
        if error != Answer::RD_KAFKA_RESP_ERR_NO_ERROR {
            return (name, Err(error.into()));
        }
        let entries = list(|count| native::rd_kafka_ConfigResource_configs(topic, count));
        let entry = |entry: &*const _| {
            (
                text(native::rd_kafka_ConfigEntry_name(*entry)),
                text(native::rd_kafka_ConfigEntry_value(*entry)),
            )
        };
        (name, Ok(entries.iter().map(entry).collect()))
    }
}
