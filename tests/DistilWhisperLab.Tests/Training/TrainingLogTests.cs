using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class TrainingLogTests
{
    [Fact]
    public void A_resumed_log_forgets_what_the_state_does_not_know_of_and_TensorBoard_draws_every_step_once()
    {
        using var folder = new TemporaryFolder();
        using (var log = new TrainingLog<TeacherLogLine>(folder.Path, 0))
        {
            log.Add(Line(50));
            log.Add(Line(100));
        }

        using (var resumed = new TrainingLog<TeacherLogLine>(folder.Path, 70))
        {
            Assert.Equal([Line(50)], resumed.Lines);
            resumed.Add(Line(120));
        }

        Assert.Equal([Line(50), Line(120)], TrainingLog.Read<TeacherLogLine>(folder.File(TrainingLog.FileName)));
        Assert.Equal(
            [
                ("loss/cross_entropy", 50, 2.5f), ("gradient_norm", 50, 0.5f), ("learning_rate", 50, 1e-3f), ("updates_per_second", 50, 5f),
                ("loss/cross_entropy", 120, 2.5f), ("gradient_norm", 120, 0.5f), ("learning_rate", 120, 1e-3f), ("updates_per_second", 120, 12f),
            ],
            EventFile.Scalars(folder.File("tensorboard")));
    }

    private static TeacherLogLine Line(int update) => new(update, update, update / 10, null, 2.5, 0.5, 1e-3);
}
