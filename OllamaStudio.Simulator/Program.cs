Console.WriteLine("OllamaStudio.Simulator");
