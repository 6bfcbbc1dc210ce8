\set id random(1, 1000000000000000)
INSERT INTO posting VALUES ('p' || :id, :body);
