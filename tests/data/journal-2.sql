-- A journal as version 2 of the tables had it, with something in each table. Never changes once it was released:
-- tests/data/build-journal makes journal-2.db of it.
PRAGMA page_size = 1024;
PRAGMA application_id = 2003596148;
PRAGMA user_version = 2;
BEGIN;
CREATE TABLE matter( id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, low BLOB NOT NULL, high BLOB NOT NULL, asn INTEGER, seen_ms INTEGER NOT NULL, newest INTEGER, words TEXT);
CREATE UNIQUE INDEX matter_low ON matter(low, kind, high);
CREATE INDEX matter_seen ON matter(seen_ms, kind DESC, low DESC);
CREATE VIRTUAL TABLE matter_text USING fts5(words, content='matter', content_rowid='id', detail='none', columnsize=0, tokenize='unicode61 remove_diacritics 2');
CREATE TABLE matter_text_upto(observation INTEGER NOT NULL);
CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE observation( id INTEGER PRIMARY KEY, uid BLOB NOT NULL, matter INTEGER NOT NULL REFERENCES matter(id), first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, times INTEGER NOT NULL, source TEXT NOT NULL, resolver TEXT, serial INTEGER, verdict TEXT NOT NULL, causes INTEGER NOT NULL, headline TEXT NOT NULL, level1 TEXT NOT NULL, level2 TEXT NOT NULL, level3 TEXT NOT NULL, exemption TEXT NOT NULL, backscatterer TEXT NOT NULL, asn INTEGER, org INTEGER, country TEXT, score_asn INTEGER, score REAL, name TEXT, texts TEXT);
CREATE INDEX observation_matter ON observation(matter, uid, last_ms);
CREATE INDEX observation_asn ON observation(asn, last_ms, matter);
CREATE INDEX observation_score_asn ON observation(score_asn, last_ms, matter) WHERE score_asn IS NOT NULL AND score_asn IS NOT asn;
CREATE INDEX observation_standing ON observation(verdict, (level1 = 'listed') + 2 * (level2 = 'listed') + 4 * (level3 = 'listed'), country COLLATE NOCASE);
CREATE TABLE observation_net( observation INTEGER NOT NULL REFERENCES observation(id) ON DELETE CASCADE, net TEXT NOT NULL, kind TEXT NOT NULL, permanent INTEGER NOT NULL, from_zone INTEGER NOT NULL, impacts INTEGER, abusers INTEGER, net_limit INTEGER NOT NULL, asn INTEGER, org INTEGER, country TEXT, PRIMARY KEY(observation, net)) WITHOUT ROWID;
CREATE TABLE cases( id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, matter INTEGER NOT NULL REFERENCES matter(id), opened_ms INTEGER NOT NULL, state TEXT NOT NULL, state_ms INTEGER NOT NULL, ticket TEXT, ticket_ms INTEGER NOT NULL, tags TEXT, tags_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, due_set_ms INTEGER NOT NULL);
CREATE INDEX cases_matter ON cases(matter);
CREATE INDEX cases_due ON cases(due_ms) WHERE due_ms > 0;
CREATE TABLE note( uid BLOB PRIMARY KEY, a_case INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE, at_ms INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX note_case ON note(a_case, at_ms);
CREATE TABLE note_replaces( note BLOB NOT NULL, replaced BLOB NOT NULL, PRIMARY KEY(note, replaced)) WITHOUT ROWID;
CREATE INDEX note_replaces_replaced ON note_replaces(replaced);
CREATE TABLE told( uid BLOB PRIMARY KEY, a_case INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE, at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT) WITHOUT ROWID;
CREATE INDEX told_case ON told(a_case, at_ms);
CREATE VIRTUAL TABLE case_text USING fts5(notes, ticket, tags, told, tokenize='unicode61 remove_diacritics 2');
CREATE TABLE neighbour( address INTEGER PRIMARY KEY, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, absent_ms INTEGER NOT NULL);
CREATE TABLE snapshot( matter INTEGER NOT NULL REFERENCES matter(id), at_ms INTEGER NOT NULL, serial INTEGER NOT NULL, listed INTEGER NOT NULL, impacts INTEGER NOT NULL, needed REAL NOT NULL, PRIMARY KEY(matter, at_ms)) WITHOUT ROWID;
CREATE INDEX matter_text_beginning ON matter(text COLLATE NOCASE);
INSERT INTO matter VALUES(1, 1, '203.0.113.77', x'00000000000000000000ffffcb00714d', x'00000000000000000000ffffcb00714d', NULL, 1793700000000, 2, 'mail.example.com EXAMPLE Example Hosting');
INSERT INTO matter VALUES(2, 3, 'AS64500', 64500, 64500, 64500, 1793700000000, NULL, NULL);
INSERT INTO matter VALUES(3, 2, '203.0.112.0/22', x'00000000000000000000ffffcb007000', x'00000000000000000000ffffcb0073ff', NULL, 0, NULL, NULL);
INSERT INTO matter_text(rowid, words)
VALUES(1, 'mail.example.com EXAMPLE Example Hosting');
INSERT INTO matter_text_upto VALUES(2);
INSERT INTO org VALUES(1, 'EXAMPLE Example Hosting');
INSERT INTO observation VALUES(1, x'01a1998e440076e39ac81bad9de24e10', 1, 1793577600000, 1793581200000, 2, 'dns', '127.0.0.1:53', 2026110100, 'direct', 3, '203.0.113.77 itself is listed, and so is its net 203.0.112.0/22', 'listed', 'listed', 'clear', 'clear', 'clear', 64500, 1, 'DE', NULL, NULL, 'mail.example.com', 'level1' || char(9) || 'IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77' || char(10) || 'level2' || char(9) || 'Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from [EXAMPLE Example Hosting, DE]/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77');
INSERT INTO observation VALUES(2, x'01a19eb4a00079f3bb1c6094a6770b76', 1, 1793664000000, 1793664000000, 1, 'dns', '127.0.0.1:53', 2026110100, 'collateral', 2, 'The net 203.0.112.0/22 is listed, not 203.0.113.77 itself', 'clear', 'listed', 'clear', 'clear', 'clear', 64500, 1, 'DE', NULL, NULL, 'mail.example.com', 'level2' || char(9) || 'Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from [EXAMPLE Example Hosting, DE]/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77');
INSERT INTO observation_net VALUES(1, '203.0.112.0/22', 'announced', 0, 0, 23, NULL, 9, 64500, 1, 'DE');
INSERT INTO observation_net VALUES(2, '203.0.112.0/22', 'announced', 0, 0, 14, NULL, 9, 64500, 1, 'DE');
INSERT INTO cases VALUES(1, x'161769e984128945b4f89f1a6e434ac3', 1, 1793600000000, 'waiting', 1793700000000, 'T-1234', 1793600000000, 'forwarding spf', 1793600000000, 1794200000000, 1793600000000);
INSERT INTO cases VALUES(2, x'7f0aaaa7f16a8305868f4c02299bfb74', 2, 1793700000000, 'open', 1793700000000, 'T-1300', 1793700000000, NULL, 0, 0, 0);
INSERT INTO note VALUES(x'01a19ae410007d18b21958d86161dc8b', 1, 1793600000000, 'Forwarding broke SPF.' || char(10) || 'Told the customer.');
INSERT INTO note VALUES(x'01a1a0d9f1007656a62e869fd347c2c1', 1, 1793700000000, 'Forwarding broke SPF, mended.');
INSERT INTO note_replaces VALUES(x'01a1a0d9f1007656a62e869fd347c2c1', x'01a19ae410007d18b21958d86161dc8b');
INSERT INTO told VALUES(x'01a19ae41000733196a66126cf046729', 1, 1793600000000, 'abuse@example.com', 'log lines');
INSERT INTO case_text(rowid, notes, ticket, tags, told)
VALUES(1, 'Forwarding broke SPF, mended.', 'T-1234', 'forwarding spf', 'abuse@example.com log lines');
INSERT INTO case_text(rowid, notes, ticket, tags, told)
VALUES(2, NULL, 'T-1300', NULL, NULL);
INSERT INTO neighbour VALUES(3405803785, 1793577600000, 1793664000000, 0);
INSERT INTO neighbour VALUES(3405803853, 1793577600000, 1793577600000, 1793664000000);
INSERT INTO snapshot VALUES(3, 1793577600000, 2026110100, 2, 23, 9.0);
INSERT INTO snapshot VALUES(3, 1793664000000, 2026110200, 1, 14, 9.0);
COMMIT;
VACUUM;
