"""Chunks: whole blocks, each replication once, whatever there is already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relsim.errors import ScenarioError
from relsim.experiment.plan import Chunk, Shard, blocks_a_chunk, plan, tails
from relsim.model.row import BLOCK


def covered(chunks: list[Chunk]) -> list[tuple[int, int]]:
    """Return the ranges that chunks cover, neighbours joined."""
    ranges: list[tuple[int, int]] = []
    for chunk in sorted(chunks):
        assert chunk.count > 0
        assert chunk.first % BLOCK == 0
        if ranges and ranges[-1][1] == chunk.first:
            ranges[-1] = (ranges[-1][0], chunk.end)
        else:
            ranges.append((chunk.first, chunk.end))
    return ranges


@given(st.integers(1, 200_000), st.integers(1, 40), st.integers(1, 9))
def test_all_shards_together_live_everything_once(replications: int, blocks: int, shards: int) -> None:
    parts = [plan(replications, blocks, (), Shard(k, shards)) for k in range(1, shards + 1)]
    together = [chunk for part in parts for chunk in part]
    assert covered(together) == [(0, replications)]
    assert sorted(together) == plan(replications, blocks)
    assert sum(chunk.count % BLOCK != 0 for chunk in together) <= 1


@given(st.data())
def test_asking_for_more_only_adds_and_replaces_only_a_last_block(data: st.DataObject) -> None:
    asked = sorted(data.draw(st.lists(st.integers(1, 100_000), min_size=2, max_size=5)))
    done: list[Chunk] = []
    for replications in asked:
        leaving = tails(done, replications)
        assert all(chunk.end % BLOCK for chunk in leaving)
        done = [chunk for chunk in done if chunk not in leaving]
        new = plan(replications, data.draw(st.integers(1, 20)), done)
        lost = data.draw(st.sets(st.sampled_from(new))) if new else set()
        done += [chunk for chunk in new if chunk not in lost]
        done += plan(replications, data.draw(st.integers(1, 20)), done)
        assert covered(done) == [(0, replications)]
        assert plan(replications, 3, done) == []


def test_asking_for_less_asks_for_nothing() -> None:
    assert plan(5_000, 4, plan(10_000, 1)) == []
    assert plan(9_500, 1, plan(10_000, 1)) == []


def test_chunks_grow_with_the_experiment_but_not_for_ever() -> None:
    assert [blocks_a_chunk(10**k) for k in range(1, 10)] == [1, 1, 1, 1, 1, 4, 4, 4, 4]


@pytest.mark.parametrize("text", ["", "0/4", "5/4", "1/0", "a/b", "1", "1/2/3", "-1/4", "1/10001", "1/2x"])
def test_a_wrong_shard_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="i/n with whole numbers"):
        Shard.read(text)


def test_a_shard_reads_as_it_is_written() -> None:
    assert Shard.read("3/8") == Shard(3, 8)
