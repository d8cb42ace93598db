using OllamaStudio.Simulator.Hosting;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
