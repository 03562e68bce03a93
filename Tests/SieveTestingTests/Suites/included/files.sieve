require "fileinto";
fileinto "inner";
