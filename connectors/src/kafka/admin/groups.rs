//! Consumer groups: which there are, what their members read, and the offsets that they committed.
#![allow(unsafe_code)]

use rdkafka::bindings as native;
use rdkafka::bindings::rd_kafka_admin_op_t as Op;
use rdkafka::error::RDKafkaErrorCode as Code;

use super::{Admin, Mark, c_text, error_of, list, marks, text};

/// Names that were answered, and those that were refused.
pub(in crate::kafka) struct Groups {
    pub(in crate::kafka) names: Vec<String>,
    /// Brokers that did not answer.
    pub(in crate::kafka) refused: Vec<Code>,
}

impl Admin<'_> {
    /// The consumer groups that we may see.
    pub(in crate::kafka) fn groups(self) -> Result<Groups, Code> {
        // SAFETY: handles are alive until `ask` returns.
        let event = self.ask(Op::RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, |library, options, queue| unsafe {
            native::rd_kafka_ListConsumerGroups(library, options, queue);
        })?;
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        unsafe {
            let answer = native::rd_kafka_event_ListConsumerGroups_result(event.0.as_ptr());
            let groups = list(|count| native::rd_kafka_ListConsumerGroups_result_valid(answer, count));
            let errors = list(|count| native::rd_kafka_ListConsumerGroups_result_errors(answer, count));
            let name = |group: &_| text(native::rd_kafka_ConsumerGroupListing_group_id(*group));
            let mut names: Vec<String> = groups.iter().map(name).collect();
            names.sort();
            let code = |error: &_| native::rd_kafka_error_code(*error).into();
            Ok(Groups { names, refused: errors.iter().map(code).collect() })
        }
    }

    /// Whether we may describe the cluster, and so see all groups.
    pub(in crate::kafka) fn may_describe_cluster(self) -> Result<bool, Code> {
        // SAFETY: handles are alive until `ask` returns; an error that is handed over is destroyed, which null allows.
        let event = self.ask(Op::RD_KAFKA_ADMIN_OP_DESCRIBECLUSTER, |library, options, queue| unsafe {
            let refused = native::rd_kafka_AdminOptions_set_include_authorized_operations(options, 1);
            if !refused.is_null() {
                native::rd_kafka_error_destroy(refused);
            }
            native::rd_kafka_DescribeCluster(library, options, queue);
        })?;
        // SAFETY: the answer is of the kind that was asked for, and its list lives as long as it.
        unsafe {
            let answer = native::rd_kafka_event_DescribeCluster_result(event.0.as_ptr());
            let mut count = 0;
            let first = native::rd_kafka_DescribeCluster_result_authorized_operations(answer, &mut count);
            let allowed = if first.is_null() { &[] } else { std::slice::from_raw_parts(first, count) };
            Ok(allowed.contains(&native::rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_DESCRIBE))
        }
    }

    /// The partitions that a group's members read at the moment.
    pub(in crate::kafka) fn members(self, group: &str) -> Result<Vec<(String, i32)>, Code> {
        let name = c_text(group)?;
        let mut names = [name.as_ptr()];
        // SAFETY: handles and name are alive until `ask` returns.
        let event =
            self.ask(Op::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, |library, options, queue| unsafe {
                native::rd_kafka_DescribeConsumerGroups(library, names.as_mut_ptr(), 1, options, queue);
            })?;
        let mut partitions = Vec::new();
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        unsafe {
            let answer = native::rd_kafka_event_DescribeConsumerGroups_result(event.0.as_ptr());
            for group in list(|count| native::rd_kafka_DescribeConsumerGroups_result_groups(answer, count)) {
                error_of(native::rd_kafka_ConsumerGroupDescription_error(*group))?;
                for index in 0..native::rd_kafka_ConsumerGroupDescription_member_count(*group) {
                    let member = native::rd_kafka_ConsumerGroupDescription_member(*group, index);
                    let assignment = native::rd_kafka_MemberDescription_assignment(member);
                    if assignment.is_null() {
                        continue;
                    }
                    let read = marks(native::rd_kafka_MemberAssignment_partitions(assignment));
                    partitions.extend(read.into_iter().map(|(topic, partition, _)| (topic, partition)));
                }
            }
        }
        Ok(partitions)
    }

    /// The offsets that a group committed.
    pub(in crate::kafka) fn committed(self, group: &str) -> Result<Vec<Mark>, Code> {
        let name = c_text(group)?;
        // SAFETY: the name is copied; no list of partitions means all of them; it is destroyed once, below.
        let mut asked =
            unsafe { native::rd_kafka_ListConsumerGroupOffsets_new(name.as_ptr(), std::ptr::null()) };
        // SAFETY: handles are alive until `ask` returns.
        let event =
            self.ask(Op::RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, |library, options, queue| unsafe {
                native::rd_kafka_ListConsumerGroupOffsets(library, &mut asked, 1, options, queue);
            });
        // SAFETY: the library copied the question.
        unsafe { native::rd_kafka_ListConsumerGroupOffsets_destroy(asked) };
        let event = event?;
        let mut committed = Vec::new();
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        unsafe {
            let answer = native::rd_kafka_event_ListConsumerGroupOffsets_result(event.0.as_ptr());
            for group in list(|count| native::rd_kafka_ListConsumerGroupOffsets_result_groups(answer, count))
            {
                error_of(native::rd_kafka_group_result_error(*group))?;
                committed.extend(marks(native::rd_kafka_group_result_partitions(*group)));
            }
        }
        committed.retain(|(_, _, offset)| *offset >= 0);
        Ok(committed)
    }
}
