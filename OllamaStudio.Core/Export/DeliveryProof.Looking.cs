namespace OllamaStudio.Core.Export;

/// <content>One look: what is asked for, and what follows from the answer.</content>
internal sealed partial class DeliveryProof
{
    private async Task LookForAllAsync(PhoenixReader reader, Uri endpoint)
    {
        HashSet<string> asked = new(StringComparer.Ordinal), idle = new(StringComparer.Ordinal);
        for (var count = 0; count < MaxLookUps && Choose(endpoint, asked, idle) is var (project, chosen, samples); count++)
        {
            var (stored, mayRead) = await reader.ReadBackAsync(project, [.. chosen.Select(static one => one.SpanId), .. samples.Select(static one => one.SpanId)], _closing.Token);
            if (!mayRead && _wasReadAt != endpoint)
            {
                Know(false);
                return;
            }

            _wasReadAt = stored is null ? _wasReadAt : endpoint;
            if (stored is null)
            {
                // It does not answer, or refuses for now what it gave before (a key that is being changed, a proxy in its place): nothing is known of
                // what it stores.
                lock (_gate)
                {
                    _lookUps++;
                    _lastProgress = _time.GetUtcNow();
                }

                return;
            }

            // That nothing is new in one project says little of another, which may be of a conversation that goes on.
            if (!Judge(stored, chosen, samples) && idle.Add(project) && idle.Count >= MaxIdleProjects)
            {
                return;
            }
        }
    }

    // The oldest that were not asked for in this look, all of one project that is not idle, and one span of each of the next requests.
    private (string Project, List<(UnprovedRequest Of, string SpanId)> Chosen, List<(UnprovedRequest Of, string SpanId)> Samples)? Choose(Uri endpoint, HashSet<string> asked, HashSet<string> idle)
    {
        List<(UnprovedRequest Of, string SpanId)> chosen = [], samples = [];
        string? project = null;
        lock (_gate)
        {
            var until = _time.GetUtcNow() - FirstLook;
            foreach (var one in _unproved)
            {
                if (one.Request.Endpoint != endpoint || idle.Contains(one.Request.Project) || (project is not null && one.Request.Project != project))
                {
                    continue;
                }

                if (samples.Count == 0 && chosen.Count < SpansPerLookUp && one.Accepted <= until)
                {
                    foreach (var id in one.Remaining.Where(id => !asked.Contains(id)).Take(SpansPerLookUp - chosen.Count))
                    {
                        chosen.Add((one, id));
                        project = one.Request.Project;
                    }
                }
                else if (samples.Count < SamplesPerLookUp && one.Remaining.FirstOrDefault() is { } sample)
                {
                    samples.Add((one, sample));
                }
            }

            asked.UnionWith(chosen.Select(static one => one.SpanId));
        }

        return project is null ? null : (project, chosen, samples);
    }

    // False where there is no sense in asking for more now.
    private bool Judge(HashSet<string> stored, List<(UnprovedRequest Of, string SpanId)> chosen, List<(UnprovedRequest Of, string SpanId)> samples)
    {
        using var change = _ledger.Guard.Begin();
        List<UnprovedRequest> lost = [];
        var (found, missing) = (0, 0);
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _lookUps++;
            chosen.RemoveAll(static one => one.Of.IsLetGo); // while it was asked for
            samples.RemoveAll(static one => one.Of.IsLetGo);
            foreach (var (of, id) in chosen.Concat(samples).Where(one => stored.Contains(one.SpanId) && one.Of.Remaining.Remove(one.SpanId)))
            {
                found++;
                _newestStored = Math.Max(_newestStored, of.Order);
                of.Missing.Remove(id);
            }

            _lastProgress = found > 0 ? now : _lastProgress;
            var isQuiet = now - _lastProgress >= Patience;
            foreach (var (of, id) in chosen.Where(one => one.Of.Remaining.Contains(one.SpanId)))
            {
                if (of.Order < _newestStored || (isQuiet && now - of.Accepted >= Patience))
                {
                    of.Missing.Add(id);
                    missing++;
                }
            }

            foreach (var of in chosen.Concat(samples).Select(static one => one.Of).Distinct().Where(static of => of.Missing.Count == of.Remaining.Count))
            {
                _unproved.Remove(of);
                if (of.Remaining.Count > 0)
                {
                    lost.Add(of);
                }
                else
                {
                    _spool.Delete(of.Request);
                }
            }

            lost.Sort(static (one, other) => one.Order.CompareTo(other.Order));
        }

        _ledger.Proved(found);
        foreach (var of in lost)
        {
            var request = of.Again();
            _ledger.Missing(request.Spans);
            if (request.Resends > MaxResends)
            {
                _spool.Delete(request);
                _ledger.Settled(request.Spans, request.Spans.Count);
            }
            else
            {
                _again(_spool.StoreAgain(request));
            }
        }

        return found + missing > 0;
    }
}
