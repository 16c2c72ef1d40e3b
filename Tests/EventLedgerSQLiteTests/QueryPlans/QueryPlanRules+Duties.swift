extension QueryPlanRules {
    private static let streamIndex = "sqlite_autoindex_events_2 (stream_id=?"
    private static let eventIDIndex = "sqlite_autoindex_events_1 (event_id=?"
    private static let nameIndex = "sqlite_autoindex_tasks_1 (queue_id=? AND name=?"

    /// The statements of the hot paths, each with the index that it is there for.
    static let duties = events + documents + tasks + deadLetters

    private static let events = [
        // Committing.
        Duty("SELECT id, category_id FROM streams WHERE name = ?1", "sqlite_autoindex_streams_1 (name=?"),
        Duty("SELECT id FROM categories WHERE name = ?1", "sqlite_autoindex_categories_1 (name=?"),
        Duty("SELECT id FROM types WHERE name = ?1", "sqlite_autoindex_types_1 (name=?"),
        Duty("SELECT id FROM tags WHERE name = ?1", "sqlite_autoindex_tags_1 (name=?"),
        Duty("SELECT revision, hash FROM events WHERE stream_id = ?1 ORDER BY revision DESC LIMIT 1", streamIndex),
        Duty("SELECT max(revision) FROM events WHERE stream_id = (SELECT id FROM streams", streamIndex),
        Duty("UPDATE commits SET tasks", "INTEGER PRIMARY KEY (rowid=?)"),
        // A commit that is known.
        Duty("FROM commits WHERE commit_id = ?1", "sqlite_autoindex_commits_1 (commit_id=?"),
        Duty("SELECT 1 FROM commits WHERE commit_id = ?1 AND recorded_at", "sqlite_autoindex_commits_1 (commit_id=?"),
        Duty("DELETE FROM commits WHERE commit_id = ?1", "sqlite_autoindex_commits_1 (commit_id=?"),
        Duty("FROM commits WHERE first_position = ?1", "commits_by_position (first_position=?"),
        Duty("SELECT e.position - e.commit_offset", eventIDIndex),
        Duty("AND commit_offset = 0 ORDER BY position LIMIT 1", "INTEGER PRIMARY KEY (rowid>?)"),
        Duty("SELECT s.name, max(e.revision)", rangeStep),
        Duty("DELETE FROM commits WHERE sequence IN", "SEARCH commits USING INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT 1 FROM events WHERE event_id = ?1", eventIDIndex),
        // Reading, forwards and backwards.
        Duty("FROM events e WHERE e.position > ?1 AND e.position <= ?2 ORDER BY e.position ASC", rangeStep),
        Duty("FROM events e WHERE e.position > ?1 AND e.position <= ?2 ORDER BY e.position DESC", rangeStep),
        Duty("e.category_id = ?4 AND e.position > ?1 AND e.position <= ?2 ORDER BY e.position ASC", categoryStep),
        Duty("e.category_id = ?4 AND e.position > ?1 AND e.position <= ?2 ORDER BY e.position DESC", categoryStep),
        Duty("e.stream_id = ?4 AND e.revision > ?1 AND e.revision <= ?2 ORDER BY e.revision ASC", streamStep),
        Duty("e.stream_id = ?4 AND e.revision > ?1 AND e.revision <= ?2 ORDER BY e.revision DESC", streamStep),
        Duty("SELECT max(revision) FROM events WHERE stream_id = ?1", streamIndex),
        Duty("SELECT position <= ?3 FROM events", "sqlite_autoindex_events_2 (stream_id=? AND revision=?)"),
        Duty("SELECT recorded_at < ?2 FROM events", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT name FROM streams WHERE id = ?1", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT name FROM types WHERE id = ?1", "INTEGER PRIMARY KEY (rowid=?)"),
        // Queries and conditions: those that read rows, then those that read positions.
        Duty("e.data FROM events e WHERE e.type_id = ?", typeStep),
        Duty("e.data FROM event_tags t CROSS JOIN events e ON e.position = t.position WHERE t.tag_id = ?", tagStep),
        Duty("EXISTS (SELECT 1 FROM event_tags o", "SEARCH o USING PRIMARY KEY (tag_id=? AND position=?)"),
        Duty("AND e.type_id IN (", "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT position FROM (SELECT e.position AS position FROM events e WHERE e.type_id = ?", typeStep),
        Duty("SELECT position FROM (SELECT t.position AS position FROM event_tags t WHERE t.tag_id = ?", tagStep),
        Duty("SELECT 1 FROM event_tags WHERE tag_id = ?1", "PRIMARY KEY (tag_id=? AND position>?)"),
        Duty("FROM events e WHERE e.position = ?1", "INTEGER PRIMARY KEY (rowid=?)"),
    ]

    private static let rangeStep = "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    private static let categoryStep = "events_by_category (category_id=? AND rowid>? AND rowid<?)"
    private static let streamStep = "sqlite_autoindex_events_2 (stream_id=? AND revision>? AND revision<?)"
    private static let typeStep = "events_by_type (type_id=? AND rowid>? AND rowid<?)"
    private static let tagStep = "SEARCH t USING PRIMARY KEY (tag_id=? AND position>? AND position<?)"

    private static let documents = [
        Duty("SELECT version, fields FROM documents", "PRIMARY KEY (collection=? AND id=?)"),
        Duty("SELECT version FROM documents", "PRIMARY KEY (collection=? AND id=?)"),
        Duty("DELETE FROM documents", "PRIMARY KEY (collection=? AND id=?)"),
        Duty("fields FROM documents WHERE collection = ?1 ORDER BY id", "PRIMARY KEY (collection=?)"),
        Duty(
            "SELECT id, version, fields FROM documents WHERE collection = ?1 AND id > ?2",
            "PRIMARY KEY (collection=? AND id>?)"
        ),
    ]

    private static let tasks = [
        Duty("FROM queues WHERE name = ?1", "sqlite_autoindex_queues_1 (name=?"),
        Duty("UPDATE queues SET tokens", "INTEGER PRIMARY KEY (rowid=?)"),
        // Enqueueing and cancelling.
        Duty("SELECT generation, state, finished_at FROM tasks", nameIndex),
        Duty("SELECT max(generation) FROM tasks", nameIndex),
        Duty("UPDATE tasks SET state = 4", nameIndex),
        // Leasing, and what comes after.
        Duty("t.scheduled_at <= ?2 ORDER BY t.scheduled_at, t.id", "tasks_waiting (queue_id=? AND scheduled_at<?)"),
        Duty("t.lease_expires_at <= ?2 LIMIT 1000", "tasks_leased (queue_id=? AND lease_expires_at<?)"),
        Duty("SELECT count(*) FROM tasks WHERE queue_id = ?1 AND state = 1", "tasks_leased (queue_id=?)"),
        Duty("UPDATE tasks SET state = 1", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("AND t.fencing_token = ?4", "sqlite_autoindex_tasks_1 (queue_id=? AND name=? AND generation=?)"),
        Duty("UPDATE tasks SET state = 2", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("UPDATE tasks SET state = 3", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("UPDATE tasks SET state = 0", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("UPDATE tasks SET lease_expires_at", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT 1 FROM tasks WHERE queue_id = ?1 AND state >= 2", "tasks_finished (queue_id=? AND finished_at<?)"),
        Duty("DELETE FROM tasks WHERE id IN", "tasks_finished (queue_id=? AND finished_at<?)"),
        Duty("SELECT min(scheduled_at) FROM tasks", "tasks_waiting (queue_id=?)"),
        Duty("SELECT min(lease_expires_at) FROM tasks", "tasks_leased (queue_id=?)"),
        // Listing and counting.
        Duty("FROM tasks t WHERE t.queue_id = ?1 ORDER BY t.name", "sqlite_autoindex_tasks_1 (queue_id=?)"),
        Duty("AND t.state IN (", "sqlite_autoindex_tasks_1 (queue_id=?"),
        Duty("AND (t.name, t.generation) > (", "sqlite_autoindex_tasks_1 (queue_id=? AND (name,generation)>(?,?))"),
        Duty("SELECT id, name FROM queues WHERE name >= ?1", "sqlite_autoindex_queues_1 (name"),
        Duty("SELECT is_paused FROM queues WHERE id = ?1", "INTEGER PRIMARY KEY (rowid=?)"),
        Duty("SELECT count(*) FILTER", "(queue_id=?"),
    ]

    private static let deadLetters = [
        Duty("SELECT letter FROM dead_letters WHERE id = ?1", "PRIMARY KEY (id=?)"),
        Duty("WHERE 1 AND (last_failed_at, id) < (", "dead_letters_by_time ((last_failed_at,id)<(?,?))"),
        Duty(
            "last_failed_at >= ? AND last_failed_at < ?", "dead_letters_by_time (last_failed_at>? AND last_failed_at<?)"
        ),
        Duty("DELETE FROM dead_letters", "dead_letters_by_time (last_failed_at<?)"),
    ]
}
