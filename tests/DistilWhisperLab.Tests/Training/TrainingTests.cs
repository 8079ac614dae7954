using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Training;

public class TrainingTests
{
    [Fact]
    public void Inputs_lack_the_last_token_targets_the_first_and_the_end_is_learned()
    {
        using var batch = new TokenBatch([[50, 1, 2, 49], [50, 3, 49]], padding: 49);
        Assert.Equal([50, 1, 2, 50, 3, 49], batch.Inputs.data<long>());
        Assert.Equal([1, 2, 49, 3, 49], batch.Targets.data<long>());
        Assert.Equal(5, batch.Count);
        Assert.Equal([0, 1, 2, 3, 4], batch.Places.data<long>());
    }

    [Fact]
    public void The_text_before_and_the_start_token_behind_it_are_no_targets()
    {
        // P f g S a b E beside S a b E: three targets each, whatever the padding.
        const int p = 51, s = 50, e = 49;
        using var batch = new TokenBatch([[p, 7, 8, s, 1, 2, e], [s, 1, 2, e]], padding: e, prompts: [3, 0]);
        Assert.Equal([p, 7, 8, s, 1, 2, s, 1, 2, e, e, e], batch.Inputs.data<long>());
        Assert.Equal([1, 2, e, 1, 2, e], batch.Targets.data<long>());
        Assert.Equal([3, 4, 5, 6, 7, 8], batch.Places.data<long>());
    }

    [Fact]
    public void What_follows_the_start_token_can_be_another_target_than_input()
    {
        using var batch = new TokenBatch([[9, 8, 50, 1, 49], [50, 3, 49]], padding: 49, prompts: [2, 0], firstTargets: [7, null]);
        Assert.Equal([9, 8, 50, 1, 50, 3, 49, 49], batch.Inputs.data<long>());
        Assert.Equal([7, 49, 3, 49], batch.Targets.data<long>());
    }

    [Fact]
    public void A_constant_rate_stays_at_the_peak() =>
        Assert.Equal([0.5, 1, 1, 1], Enumerable.Range(0, 4).Select(new LearningRate(1, 2, 4, Constant: true).At));

    [Fact]
    public void The_learning_rate_warms_up_and_decays_linearly()
    {
        var rate = new LearningRate(1, Warmup: 4, Updates: 12);
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 0.875], Enumerable.Range(0, 6).Select(rate.At));
        Assert.Equal(0.125, rate.At(11));
    }

    [Fact]
    public void An_epoch_sees_every_example_once_and_the_next_in_another_order()
    {
        var lengths = Enumerable.Range(0, 40).Select(i => (double)(i * 7 % 11)).ToArray();
        var order = new BatchOrder(lengths, batch: 4, seed: 3);
        var first = Enumerable.Range(0, 10).SelectMany(order.At).ToArray();
        var second = Enumerable.Range(10, 10).SelectMany(order.At).ToArray();
        Assert.Equal(Enumerable.Range(0, 40), first.Order());
        Assert.Equal(Enumerable.Range(0, 40), second.Order());
        Assert.NotEqual(first, second);
        // Asked out of order, as a resumed run does, an update still sees the same examples.
        Assert.Equal(second[..4], new BatchOrder(lengths, 4, 3).At(10));
    }

    [Fact]
    public void A_training_set_smaller_than_a_batch_is_refused()
    {
        var error = Assert.Throws<LabException>(() => new BatchOrder([1, 2], batch: 4, seed: 1));
        Assert.Contains("2 examples", error.Message);
    }

    [Fact]
    public void AdamW_follows_its_formula()
    {
        // The same optimiser once more, on one number and without tensors.
        double x = 2, mean = 0, variance = 0;
        using var scope = NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(tensor(new[] { 2f }));
        using var optimiser = new AdamW([("x", parameter)], weightDecay: 0.01);
        for (var update = 1; update <= 10; update++)
        {
            optimiser.ZeroGradients();
            (parameter * parameter * parameter).sum().backward();
            optimiser.Step(0.1);

            var gradient = 3 * x * x;
            x *= 1 - 0.1 * 0.01;
            mean = 0.9 * mean + 0.1 * gradient;
            variance = 0.999 * variance + 0.001 * gradient * gradient;
            x -= 0.1 * mean / (1 - Math.Pow(0.9, update)) / (Math.Sqrt(variance / (1 - Math.Pow(0.999, update))) + 1e-8);
            Assert.Equal(x, parameter.item<float>(), 4);
        }
    }

    [Fact]
    public void A_parameter_that_joins_late_starts_like_a_new_one()
    {
        using var scope = NewDisposeScope();
        var (early, late) = (new TorchSharp.Modules.Parameter(tensor(new[] { 1f })), new TorchSharp.Modules.Parameter(tensor(new[] { 1f })));
        using var optimiser = new AdamW([("early", early), ("late", late)]);
        for (var update = 0; update < 50; update++)
        {
            optimiser.ZeroGradients();
            (early * early).sum().backward();
            optimiser.Step(0.001);
        }

        optimiser.ZeroGradients();
        (late * 3).sum().backward();
        optimiser.Step(0.1);
        // The first step of Adam is the learning rate, whatever the gradient's size.
        Assert.Equal(0.9, late.item<float>(), 4);
    }
}
